import { executorOf } from '../../shared/execute';
import { check } from './command';

export default executorOf('check', check);
