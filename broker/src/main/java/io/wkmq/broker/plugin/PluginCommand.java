package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.Command;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A command that a plugin adds to wkctl, as the management endpoint sees it. Thread-safe. */
public interface PluginCommand {
    /** The first word. */
    String name();

    /** Its forms, for the help. */
    List<Command.Usage> usages();

    /**
     * Runs it on the plugin's threads. The stage completes with what is to be printed, or exceptionally with a {@link
     * io.wkmq.plugins.api.CommandException} whose text is to be printed; it may complete on any thread.
     */
    CompletionStage<String> run(List<String> arguments);
}
