import { executorOf } from '../../shared/execute';
import { explain } from './command';

export default executorOf('explain', explain);
