package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.Command;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** A command that a plugin adds to {@code wkctl}, as seen by the management endpoint. Thread-safe. */
public interface PluginCommand {
    /** Returns the first word. */
    String name();

    /** Returns the forms of the command, for the help. */
    List<Command.Usage> usages();

    /**
     * Runs the command on the plugin's threads. The stage may complete on any thread, either with the text to print or
     * exceptionally with a {@link io.wkmq.plugins.api.CommandException} whose message is to be printed.
     */
    CompletionStage<String> run(List<String> arguments);
}
