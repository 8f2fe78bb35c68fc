import { executorOf } from '../../shared/execute';
import { overrides } from './command';

export default executorOf('overrides', overrides);
