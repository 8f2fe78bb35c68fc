import { executorOf } from '../../shared/execute';
import { push } from './command';

export default executorOf('push', push);
