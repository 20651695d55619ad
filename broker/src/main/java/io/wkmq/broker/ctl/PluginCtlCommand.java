package io.wkmq.broker.ctl;

import io.wkmq.broker.plugin.PluginCommand;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.plugins.api.CommandException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** A command provided by a plugin. The plugin interprets all arguments itself, including options. */
final class PluginCtlCommand implements CtlCommand {
    /** Exceeds the limit of the plugin guard, whose error is more specific. */
    private static final Duration LIMIT = Duration.ofSeconds(70);

    private final PluginCommand command;

    PluginCtlCommand(PluginCommand command) {
        this.command = command;
    }

    @Override
    public String name() {
        return command.name();
    }

    @Override
    public List<Usage> usages() {
        return command.usages();
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        try {
            answer.say(InTime.get(command.run(arguments).toCompletableFuture(), LIMIT));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CommandException refusal) {
                throw new CtlException(String.valueOf(refusal.getMessage()));
            }
            throw new IllegalStateException("The command of a plugin failed", e.getCause());
        }
    }
}
