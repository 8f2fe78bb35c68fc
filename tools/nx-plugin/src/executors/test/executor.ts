import { executorOf } from '../../shared/execute';
import { test } from './command';

export default executorOf('test', test);
