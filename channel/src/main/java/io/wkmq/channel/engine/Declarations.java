package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Declares many channels, several at a time but fewer than a leader would refuse. One that is refused, or whose group does not answer, does
 * not hold up the others; completes within a bounded time in any case. Used once; does not block.
 */
final class Declarations {
    private static final int AT_A_TIME = 32;

    /** The steps of declaring one channel. Thread-safe; does not block. */
    interface Steps {
        /** Adds a channel to the registry. */
        CompletionStage<RegistryAnswer> declare(RegistryOp.Create channel);

        /** Returns the registered channel of that name; null if there is none, or it cannot be used yet. */
        CompletionStage<@Nullable ChannelDefinition> find(String name);

        /** Completes when a registered channel takes messages. */
        CompletionStage<Void> settled(ChannelDefinition channel);
    }

    /**
     * How long to wait.
     *
     * @param each for one group, before its channel no longer holds up others
     * @param all for everything
     */
    record Patience(Duration each, Duration all) {}

    private final List<RegistryOp.Create> wanted;
    private final Steps steps;
    private final Patience patience;
    private final Timing timing;
    private final long beganNanos;
    private final List<CompletableFuture<Declared>> items = new ArrayList<>();

    /** Why the registry may accept nothing now; null while it does. */
    private volatile @Nullable String silence;

    /**
     * Whether to wait for groups. After the first one that does not answer in time this is off, or a long list would wait many times over.
     */
    private volatile boolean waits = true;

    /** Creates the declarations of the given channels. Their time limit starts now. */
    Declarations(List<RegistryOp.Create> wanted, Steps steps, Patience patience, Timing timing) {
        this.wanted = wanted;
        this.steps = steps;
        this.patience = patience;
        this.timing = timing;
        this.beganNanos = timing.nanoTime();
    }

    /** Declares all channels; completes with their outcomes, in order. Never fails. */
    CompletableFuture<List<Declared>> run() {
        return beginSome()
                .thenCompose(begun -> CompletableFuture.allOf(items.toArray(CompletableFuture<?>[]::new)))
                .thenApply(done -> items.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Void> beginSome() {
        int from = items.size();
        String reason = leftMs() > 0 ? silence : late();
        if (reason != null) {
            Declared notBegun = new Declared.Unknown("It was not begun: " + reason);
            wanted.subList(from, wanted.size()).forEach(each -> items.add(CompletableFuture.completedFuture(notBegun)));
        }
        if (items.size() == wanted.size()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<?>[] some = wanted.subList(from, Math.min(wanted.size(), from + AT_A_TIME)).stream()
                .map(this::begin)
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(some).thenComposeAsync(done -> beginSome(), timing);
    }

    /** Begins one declaration; completes when the next one may begin in its place. */
    private CompletableFuture<Declared> begin(RegistryOp.Create channel) {
        CompletableFuture<Declared> registered = steps.declare(channel)
                .thenCompose(answer -> registered(channel, answer))
                .exceptionally(this::silent)
                .toCompletableFuture();
        timing.completeAfter(leftMs(), registered, unknown(late()));
        CompletableFuture<Declared> item = registered.thenCompose(this::settled);
        items.add(item);
        return registered.thenCompose(known -> waits ? waited(item, known) : CompletableFuture.completedFuture(known));
    }

    /** Completes when the group has answered, or has held up the others long enough. */
    private CompletableFuture<Declared> waited(CompletableFuture<Declared> item, Declared known) {
        CompletableFuture<Declared> waited = item.copy();
        timing.completeAfter(patience.each().toMillis(), waited, known);
        return waited.thenApply(answer -> {
            if (!item.isDone()) {
                waits = false;
            }
            return answer;
        });
    }

    private CompletionStage<Declared> registered(RegistryOp.Create channel, RegistryAnswer answer) {
        if (answer instanceof RegistryAnswer.Done made) {
            return CompletableFuture.completedFuture(new Declared.Here(made.channel(), true));
        }
        String reason = ((RegistryAnswer.Refused) answer).reason();
        return steps.find(channel.name()).thenApply(there -> refused(channel, there, reason));
    }

    private static Declared refused(RegistryOp.Create channel, @Nullable ChannelDefinition there, String reason) {
        return there != null
                        && there.filter().equals(channel.filter())
                        && there.settings().equals(channel.settings())
                ? new Declared.Here(there, false)
                : new Declared.Refused(reason);
    }

    private Declared silent(Throwable failure) {
        String reason = text(failure);
        silence = reason;
        return unknown(reason);
    }

    private CompletableFuture<Declared> settled(Declared registered) {
        if (!(registered instanceof Declared.Here here)) {
            return CompletableFuture.completedFuture(registered);
        }
        CompletableFuture<Declared> settled = steps.settled(here.channel())
                .handle((nothing, failure) -> failure == null ? registered : unsettled(text(failure)))
                .toCompletableFuture();
        timing.completeAfter(leftMs(), settled, unsettled(late()));
        return settled;
    }

    private static Declared unsettled(String reason) {
        return unknown("It is declared, but takes no messages yet: " + reason);
    }

    private static Declared unknown(String reason) {
        return new Declared.Unknown(reason + "; it may still take effect");
    }

    private static String text(Throwable failure) {
        Throwable cause = Causes.of(failure);
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private String late() {
        return "the channels did not answer within " + patience.all().toMillis() + " ms";
    }

    private long leftMs() {
        long spentMs = TimeUnit.NANOSECONDS.toMillis(timing.nanoTime() - beganNanos);
        return Math.max(0, patience.all().toMillis() - spentMs);
    }
}
