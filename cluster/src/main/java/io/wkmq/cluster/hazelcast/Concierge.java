package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.routing.NodeId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages about the cluster that nodes exchange: who is removed, who should leave, who is leaving, who reaches whom. Thread-safe.
 *
 * <p>A message begins with its kind: {@value #LEAVE} orders the receiver to leave; {@value #LEAVING} announces that the sender leaves;
 * {@value #REMOVED} carries the list of {@link RemovedNodes}, which all nodes send each other periodically so that a node that was away
 * learns of it; {@value #VIEW} carries the ids of the nodes that the sender does not {@link Reach}, sent to all every few seconds.
 */
final class Concierge {
    private static final Logger LOG = LoggerFactory.getLogger(Concierge.class);

    /** Distinct from the codes of {@link io.wkmq.cluster.membership.Service}. */
    private static final int SERVICE = 0;

    private static final byte LEAVE = 1;
    private static final byte REMOVED = 2;
    private static final byte LEAVING = 3;
    private static final byte VIEW = 4;
    private static final int ID_BYTES = 16;
    private static final byte[] DONE = {};

    /** Longer than a slow machine stalls: a node that leaves unheard is taken for dead, and its clients' wills are published. */
    private static final Duration WAIT = Duration.ofSeconds(6);

    private final NodeId self;
    private final OperationMessenger messenger;
    private final RemovedNodes removed;
    private final Runnable onRemoved;
    private final Consumer<NodeId> onLeave;
    private final Consumer<NodeId> onOwnRemoval;
    private final Consumer<NodeId> onLeaving;
    private final Reach reach;
    private final LogLimit logLimit = new LogLimit();

    /**
     * Starts answering the other nodes.
     *
     * @param onRemoved called when the set of removed nodes has changed, whoever changed it
     * @param onLeave called with the sender when this node is told to leave; must not block
     * @param onOwnRemoval called with the sender when this node learns that it was removed, for example while out of reach; must not block
     * @param onLeaving called with the node that is about to leave; must not block
     */
    Concierge(
            NodeId self,
            OperationMessenger messenger,
            RemovedNodes removed,
            Runnable onRemoved,
            Consumer<NodeId> onLeave,
            Consumer<NodeId> onOwnRemoval,
            Consumer<NodeId> onLeaving,
            Reach reach) {
        this.self = self;
        this.messenger = messenger;
        this.removed = removed;
        this.onRemoved = onRemoved;
        this.onLeave = onLeave;
        this.onOwnRemoval = onOwnRemoval;
        this.onLeaving = onLeaving;
        this.reach = reach;
        messenger.answer(SERVICE, this::answer);
    }

    private CompletionStage<byte[]> answer(NodeId from, byte[] request) {
        ByteBuffer bytes = ByteBuffer.wrap(request);
        switch (bytes.hasRemaining() ? bytes.get() : 0) {
            case LEAVE -> {
                logLimit.log(
                        from,
                        leftOut -> LOG.warn("Node {} removes this node from its cluster, left_out={}", from, leftOut));
                onLeave.accept(from);
            }
            case REMOVED -> {
                byte[] list = new byte[bytes.remaining()];
                bytes.get(list);
                heard(from, list);
            }
            case LEAVING -> onLeaving.accept(from);
            case VIEW -> reach.told(from, ids(bytes));
            default ->
                throw new IllegalArgumentException("A message about the cluster begins with "
                        + (request.length == 0 ? "nothing" : request[0]) + "; expected " + LEAVE + " to " + VIEW);
        }
        return CompletableFuture.completedFuture(DONE);
    }

    /**
     * Merges what a node says about removed nodes.
     *
     * @throws IllegalArgumentException if the bytes are malformed
     */
    void heard(NodeId from, byte[] list) {
        boolean removedBefore = removed.contains(self);
        if (removed.merge(list)) {
            onRemoved.run();
        }
        if (!removedBefore && removed.contains(self)) {
            onOwnRemoval.accept(from);
        }
    }

    private static Set<NodeId> ids(ByteBuffer bytes) {
        if (bytes.remaining() % ID_BYTES != 0) {
            throw new IllegalArgumentException("The nodes that are not reached take " + bytes.remaining()
                    + " bytes; expected a multiple of " + ID_BYTES);
        }
        Set<NodeId> ids = new HashSet<>();
        while (bytes.hasRemaining()) {
            ids.add(new NodeId(new UUID(bytes.getLong(), bytes.getLong())));
        }
        return ids;
    }

    /** Tells these nodes which nodes this one does not reach; their answers show which of them it does reach. Does not block. */
    void tellView(List<Peer> peers) {
        Set<NodeId> unreached = reach.unreached();
        ByteBuffer message =
                ByteBuffer.allocate(1 + unreached.size() * ID_BYTES).put(VIEW);
        unreached.forEach(id -> message.putLong(id.value().getMostSignificantBits())
                .putLong(id.value().getLeastSignificantBits()));
        for (Peer peer : peers) {
            var unused = messenger.ask(peer.id(), SERVICE, message.array()).whenComplete((answer, failure) -> {
                if (failure == null) {
                    reach.answered(peer.id());
                }
            });
        }
    }

    /** Tells a node to leave. Waits up to {@link #WAIT} for its consent; returns false if it gave none. */
    boolean askToLeave(NodeId node) {
        return await(messenger.ask(node, SERVICE, new byte[] {LEAVE}).toCompletableFuture());
    }

    /** Tells these nodes that this one is about to leave them. Waits up to {@link #WAIT} until they know. */
    void tellLeaving(List<Peer> peers) {
        boolean all = await(ask(peers, new byte[] {LEAVING}));
        LOG.debug("The others know that this node leaves, all={}", all);
    }

    /** Tells these nodes which nodes are removed, and waits up to {@link #WAIT} until they know. */
    void tellAndWait(List<Peer> peers) {
        boolean all = await(tell(peers));
        if (!all) {
            LOG.warn("Not every node knows of the removed nodes yet; telling them again");
        }
        onRemoved.run();
    }

    /** Tells these nodes which nodes are removed. Does not block. */
    CompletableFuture<?> tell(List<Peer> peers) {
        byte[] list = removed.encode();
        if (list == null) {
            return CompletableFuture.completedFuture(DONE);
        }
        byte[] message =
                ByteBuffer.allocate(1 + list.length).put(REMOVED).put(list).array();
        return ask(peers, message);
    }

    private CompletableFuture<?> ask(List<Peer> peers, byte[] message) {
        return CompletableFuture.allOf(peers.stream()
                .map(peer -> messenger.ask(peer.id(), SERVICE, message).toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new));
    }

    private static boolean await(CompletableFuture<?> answer) {
        try {
            answer.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("A node did not answer", e);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
