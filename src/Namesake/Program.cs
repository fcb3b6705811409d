// What a socket brings is handled by the thread that heard of it instead of being handed to another: half the context switches of a message, and its client's 250 sooner.
// The runtime reads this once, before its first socket. Nothing in a session may block; what takes long (a disk, a password, a batch of mail that goes back) goes to the pool.
const string Inline = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";
Environment.SetEnvironmentVariable(Inline, Environment.GetEnvironmentVariable(Inline) ?? "1");
return await Namesake.Cli.NamesakeCommand.RunAsync(args);
