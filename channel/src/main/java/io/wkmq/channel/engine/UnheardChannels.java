package io.wkmq.channel.engine;

import io.wkmq.channel.registry.ChannelDefinition;
import io.wkmq.channel.storage.CorruptDataException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the groups in line with the registry's channels at startup, since a node may have ended between changing the registry and telling
 * a group. The registry's listener is notified again of channels unknown to their group, and retries until the group has them; the remains
 * of deleted channels are cleared, some at a time. Does not block. What is left when the engine closes is done after the next start.
 */
final class UnheardChannels {
    private static final Logger LOG = LoggerFactory.getLogger(UnheardChannels.class);

    private final ReplicaStore store;
    private final Engine groups;
    private final Executor background;
    private final BooleanSupplier closed;
    private final GroupTurns turns;

    /** A deleted channel to be cleared. */
    private final class Clearing implements GroupTurns.Telling {
        private final int channel;

        private Clearing(int channel) {
            this.channel = channel;
        }

        @Override
        public CompletionStage<Boolean> tell() {
            if (closed.getAsBoolean()) {
                return CompletableFuture.completedFuture(false);
            }
            return groups.clear(channel)
                    .handle((nothing, failure) -> failure == null || closed.getAsBoolean()
                            ? CompletableFuture.completedFuture(failure == null)
                            : CompletableFuture.<Boolean>failedFuture(failure))
                    .thenCompose(cleared -> cleared);
        }

        @Override
        public void held() {
            LOG.debug("A channel that was removed is not cleared yet channel={}", channel);
        }
    }

    /**
     * Creates an instance that does nothing before {@link #tell}.
     *
     * @param groups the engine used to propose operations to the groups
     * @param background where the rows of the channels are read
     * @param closed whether the engine is closing; callable from any thread
     */
    UnheardChannels(ReplicaStore store, Engine groups, Executor background, BooleanSupplier closed) {
        this(store, groups, background, closed, Timing.SYSTEM);
    }

    UnheardChannels(ReplicaStore store, Engine groups, Executor background, BooleanSupplier closed, Timing timing) {
        this.store = store;
        this.groups = groups;
        this.background = background;
        this.closed = closed;
        this.turns = new GroupTurns(timing);
    }

    /** Tells the groups about all channels that they may not know. On the loop of the registry. */
    void tell() {
        List<ChannelDefinition> all = store.registry().channels().stream()
                .filter(channel -> !store.registry().coming(channel.number()))
                .toList();
        try {
            background.execute(() -> unheard(all).forEach(this::compare));
        } catch (RejectedExecutionException e) {
            LOG.debug("The groups are not told of their channels: the engine is closed");
        }
        store.registry().deleted().forEach(channel -> turns.add(store.groupOf(channel), new Clearing(channel)));
    }

    /** Returns the channels that their group may not know. In the background. */
    private List<ChannelDefinition> unheard(List<ChannelDefinition> channels) {
        if (closed.getAsBoolean()) {
            return List.of();
        }
        try {
            return KnownRows.read(store.table(), channels).unheard();
        } catch (IOException | CorruptDataException e) {
            LOG.warn("Cannot read the channel table, asking all groups", e);
            return channels;
        }
    }

    /** Asks the group, and has the registry repeat the channel if the group does not know it: the listener then retries until it does. */
    private void compare(ChannelDefinition channel) {
        GroupReplica replica = store.replica(store.groupOf(channel.number()));
        if (replica == null || closed.getAsBoolean()) {
            return;
        }
        var unused = replica.revision(channel.number()).whenComplete((revision, failure) -> {
            if (failure != null || revision < channel.revision()) {
                repeat(channel);
            }
        });
    }

    private void repeat(ChannelDefinition channel) {
        EngineLoop loop = store.registryLoop();
        if (loop == null || closed.getAsBoolean()) {
            return;
        }
        try {
            loop.execute(() -> store.registry().repeat(channel));
        } catch (RejectedExecutionException e) {
            LOG.debug("A group is not told of its channel, for the engine is closed channel={}", channel.name());
        }
    }
}
