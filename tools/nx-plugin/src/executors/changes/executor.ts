import { executorOf } from '../../shared/execute';
import { changes } from './command';

export default executorOf('changes', changes);
