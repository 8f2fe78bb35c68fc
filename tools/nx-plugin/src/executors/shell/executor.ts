import { executorOf } from '../../shared/execute';
import { shell } from './command';

export default executorOf('shell', shell);
