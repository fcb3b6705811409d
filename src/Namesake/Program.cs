return await Namesake.Cli.NamesakeCommand.RunAsync(args);
