package io.wkmq.broker.plugin;

import io.wkmq.plugins.api.Command;
import io.wkmq.plugins.api.CommandException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Wraps a plugin's command with the guard. */
final class GuardedCommand implements PluginCommand {
    private static final int WAITING_MAX = 16;

    private final String name;
    private final List<Command.Usage> usages;
    private final Command command;
    private final PluginGuard guard;
    private final Executor control;
    private final AtomicInteger waiting = new AtomicInteger();

    GuardedCommand(String name, Command command, PluginGuard guard, Executor control) {
        this.name = name;
        this.usages = List.copyOf(command.usages());
        this.command = command;
        this.guard = guard;
        this.control = control;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Command.Usage> usages() {
        return usages;
    }

    @Override
    public CompletionStage<String> run(List<String> arguments) {
        List<String> copy = List.copyOf(arguments);
        CompletableFuture<String> answer = new CompletableFuture<>();
        if (waiting.incrementAndGet() > WAITING_MAX) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(new CommandException(
                    WAITING_MAX + " commands of this plugin wait already; expected less, try again later"));
        }
        try {
            control.execute(() -> {
                call(copy, answer);
                waiting.decrementAndGet();
            });
        } catch (RejectedExecutionException e) {
            waiting.decrementAndGet();
            return CompletableFuture.failedFuture(new CommandException("The plugin of '" + name + "' was unloaded", e));
        }
        guard.limitCommand(name, answer);
        return answer;
    }

    @SuppressWarnings("IllegalCatch") // a plugin may throw anything, including linkage errors
    private void call(List<String> arguments, CompletableFuture<String> answer) {
        try {
            String text = command.run(arguments);
            if (text == null) { // a plugin may ignore nullness annotations
                throw new IllegalStateException("The command '" + name + "' returned null");
            }
            answer.complete(text);
        } catch (CommandException e) {
            answer.completeExceptionally(e);
        } catch (Throwable e) {
            guard.failed(e);
            answer.completeExceptionally(
                    new CommandException("The command '" + name + "' failed, see the broker's log: " + e, e));
        }
    }
}
