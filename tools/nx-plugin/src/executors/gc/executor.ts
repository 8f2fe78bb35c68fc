import { executorOf } from '../../shared/execute';
import { gc } from './command';

export default executorOf('gc', gc);
