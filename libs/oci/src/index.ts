export {
  CommandError,
  renderArgv,
  runCommand,
  runInteractive,
  tryCommand,
  type Argv,
  type CommandOptions,
  type CommandResult,
} from './process';
