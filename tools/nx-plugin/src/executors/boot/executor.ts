import { executorOf } from '../../shared/execute';
import { boot } from './command';

export default executorOf('boot', boot);
