package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryOp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A change to the replicated registry that is proposed again while its outcome is unknown, until a deadline. It has no id, so whether an
 * earlier attempt took effect is determined from the state of the registry. Confined to one thread at a time.
 */
final class RegistryChange {
    /** The registry as seen by this node. */
    interface Registry {
        /** Proposes a change once. */
        CompletionStage<byte[]> propose(byte[] op);

        /** Completes once this node's replica has applied everything that was in effect before. */
        CompletionStage<Void> caughtUp();

        /** Completes with the channel of this name as this node's replica has it; null if there is none. */
        CompletionStage<@Nullable ChannelDefinition> find(String name);
    }

    private final Registry registry;
    private final RegistryOp op;
    private final String name;
    private final long endNanos;
    private final Timing timing;
    private @Nullable ChannelDefinition before;
    private int tries;

    /**
     * Creates a change that has not been proposed yet.
     *
     * @param name of the channel concerned
     * @param endNanos when to stop trying, on the clock of {@link Timing#nanoTime}
     */
    RegistryChange(Registry registry, RegistryOp op, String name, long endNanos, Timing timing) {
        this.registry = registry;
        this.op = op;
        this.name = name;
        this.endNanos = endNanos;
        this.timing = timing;
    }

    CompletionStage<RegistryAnswer> run() {
        return registry.find(name).thenCompose(found -> {
            before = found;
            return tryOnce();
        });
    }

    private CompletionStage<RegistryAnswer> tryOnce() {
        tries++;
        return registry.propose(RegistryCodec.encode(op))
                .handle((answer, failure) -> answer == null ? failed(failure) : answered(RegistryCodec.answer(answer)))
                .thenCompose(next -> next);
    }

    private CompletionStage<RegistryAnswer> answered(RegistryAnswer answer) {
        return tries > 1 && answer instanceof RegistryAnswer.Refused
                ? look(() -> CompletableFuture.completedFuture(answer))
                : registry.caughtUp().thenApply(nothing -> answer);
    }

    private CompletionStage<RegistryAnswer> failed(@Nullable Throwable failure) {
        Throwable cause = Causes.orNull(failure);
        if (cause instanceof LogClosedException || timing.nanoTime() - endNanos > 0) {
            return CompletableFuture.failedFuture(
                    cause == null ? new IllegalStateException("A change was answered with nothing") : cause);
        }
        return look(this::tryOnce);
    }

    /** Finds out whether the change has taken effect; if not, continues with {@code otherwise}. */
    private CompletionStage<RegistryAnswer> look(Supplier<CompletionStage<RegistryAnswer>> otherwise) {
        return registry.caughtUp().thenCompose(nothing -> registry.find(name)).thenCompose(now -> {
            ChannelDefinition made = effect(now);
            return made == null ? otherwise.get() : CompletableFuture.completedFuture(new RegistryAnswer.Done(made));
        });
    }

    private @Nullable ChannelDefinition effect(@Nullable ChannelDefinition now) {
        if (op instanceof RegistryOp.Create create) {
            boolean made = now != null
                    && now.createdAtMs() == create.timeMs()
                    && now.filter().equals(create.filter())
                    && (before == null || before.number() != now.number());
            return made ? now : null;
        }
        ChannelDefinition known = before;
        if (known == null) {
            return null;
        }
        boolean same = now != null && now.number() == known.number();
        if (op instanceof RegistryOp.Alter alter) {
            boolean altered = same
                    && now != null
                    && now.revision() > known.revision()
                    && now.settings().equals(alter.settings());
            return altered ? now : null;
        }
        return same ? null : known;
    }
}
