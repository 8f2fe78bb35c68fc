import { executorOf } from '../../shared/execute';
import { plan } from './command';

export default executorOf('plan', plan);
