import { executorOf } from '../../shared/execute';
import { containerfile } from './command';

export default executorOf('containerfile', containerfile);
