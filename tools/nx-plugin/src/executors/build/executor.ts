import { executorOf } from '../../shared/execute';
import { build } from './command';

export default executorOf('build', build);
