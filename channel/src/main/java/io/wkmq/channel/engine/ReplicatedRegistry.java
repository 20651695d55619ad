package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.registry.Origin;
import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryCodec;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.channel.registry.Takeover;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The replicated registry: queries of this node's own replica, which is owned by the registry's loop, and changes, which wait for that
 * replica. Thread-safe; does not block.
 */
final class ReplicatedRegistry {
    private final ReplicaStore store;
    private final EngineLogs logs;
    private final LogProposals proposals;
    private final Duration patience;
    private final Timing timing;
    private final Changed changed = new Changed();

    /**
     * Creates an accessor of the registry that belongs to this store.
     *
     * @param patience how long a change is retried at most
     */
    ReplicatedRegistry(ReplicaStore store, EngineLogs logs, LogProposals proposals, Duration patience, Timing timing) {
        this.store = store;
        this.logs = logs;
        this.proposals = proposals;
        this.patience = patience;
        this.timing = timing;
    }

    /** The registry as seen by a change. Thread-safe. */
    private final class Changed implements RegistryChange.Registry {
        @Override
        public CompletionStage<byte[]> propose(byte[] op) {
            return proposals.propose(store.groups(), op);
        }

        @Override
        public CompletionStage<Void> caughtUp() {
            return proposals.caughtUp(store.groups());
        }

        @Override
        public CompletionStage<@Nullable ChannelDefinition> find(String name) {
            return ReplicatedRegistry.this.find(name);
        }
    }

    /** See {@link Engine#change}. Waits for this node's own replica, because that is what notifies the listener. */
    CompletionStage<RegistryAnswer> change(RegistryOp op) {
        if (op instanceof RegistryOp.Create create) {
            return change(op, create.name());
        }
        if (op instanceof RegistryOp.Alter alter) {
            return change(op, alter.name());
        }
        if (op instanceof RegistryOp.Delete delete) {
            return change(op, delete.name());
        }
        if (op instanceof RegistryOp.OfNode) {
            return register(op);
        }
        throw new IllegalArgumentException(
                "A change is " + op + "; expected one of a node, or of a channel that there is");
    }

    private CompletionStage<RegistryAnswer> change(RegistryOp op, String name) {
        return new RegistryChange(changed, op, name, timing.nanoTime() + patience.toNanos(), timing).run();
    }

    /** Applies a change that may get into the registry's log twice; completes once this node's replica has it. */
    CompletionStage<RegistryAnswer> register(RegistryOp op) {
        return proposals
                .insist(store.groups(), RegistryCodec.encode(op))
                .thenCompose(answer -> changed.caughtUp().thenApply(nothing -> RegistryCodec.answer(answer)));
    }

    /** Reports that a deleted channel was dropped from its group. */
    CompletionStage<Void> dropped(int channel) {
        return proposals
                .insist(store.groups(), RegistryCodec.encode(new RegistryOp.Dropped(channel)))
                .thenAccept(answer -> {});
    }

    /** Completes with the progress of taking over a channel of a standalone node. */
    CompletionStage<Takeover> takeover(Origin origin) {
        return ask(() -> store.registry().takeover(origin));
    }

    /** See {@link Engine#channels}. */
    CompletionStage<List<ChannelDefinition>> channels() {
        return ask(() -> store.registry().channels());
    }

    /** See {@link Engine#find}. */
    CompletionStage<@Nullable ChannelDefinition> find(String name) {
        return ask(() -> store.registry().find(name));
    }

    /** See {@link Engine#deleted}. */
    CompletionStage<List<Integer>> deleted() {
        return ask(() -> store.registry().deleted());
    }

    /** See {@link Engine#nodes}. */
    CompletionStage<List<RegisteredNode>> nodes() {
        return logs.isHere() // else it may be the registry of others
                ? ask(() -> store.registry().nodes()).thenCompose(this::unlessApart)
                : CompletableFuture.failedFuture(logs.notHere());
    }

    private <T> CompletionStage<T> unlessApart(T answer) {
        return logs.apart() == null
                ? CompletableFuture.completedFuture(answer)
                : CompletableFuture.failedFuture(logs.notHere());
    }

    private <T extends @Nullable Object> CompletionStage<T> ask(Supplier<T> question) {
        EngineLoop loop = store.registryLoop();
        return loop == null
                ? CompletableFuture.failedFuture(logs.notHere())
                : loop.ask(answer -> answer.complete(question.get()));
    }
}
