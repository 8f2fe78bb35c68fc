import { executorOf } from '../../shared/execute';
import { lock } from './command';

export default executorOf('lock', lock);
