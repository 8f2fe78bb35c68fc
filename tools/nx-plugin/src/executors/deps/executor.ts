import { executorOf } from '../../shared/execute';
import { deps } from './command';

export default executorOf('deps', deps);
