package io.wkmq.broker.auth;

import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.Service;
import io.wkmq.routing.NodeId;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replicates bans among all nodes. A change is sent to every known node. A node that appears, or that failed to answer,
 * receives all bans; so do all nodes when one disappears, since it may have died before it had told everyone. To be run
 * periodically for the nodes that are behind. Thread-safe; does not block.
 */
public final class BanReplication implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(BanReplication.class);
    private static final int MESSAGE_BYTES = 256 * 1024;
    private static final byte[] DONE = {};

    private final BannedClients banned;
    private final Membership membership;
    private final Messenger messenger;
    /** The nodes that may not know all bans */
    private final Set<NodeId> behind = ConcurrentHashMap.newKeySet();

    private BanReplication(BannedClients banned, Membership membership, Messenger messenger) {
        this.banned = banned;
        this.membership = membership;
        this.messenger = messenger;
    }

    /** Starts replication; to be called before this node meets others. */
    public static BanReplication start(BannedClients banned, Membership membership, Messenger messenger) {
        BanReplication replication = new BanReplication(banned, membership, messenger);
        messenger.answer(Service.BANS, replication::answer);
        banned.listen(replication::changed);
        membership.listen(new MembershipListener() {
            @Override
            public void here(Peer peer) {
                replication.tell(peer.id(), banned.words());
            }

            @Override
            public void gone(Peer peer) {
                replication.behind.remove(peer.id());
                // It may have told some of the others and died before it told the rest.
                membership.peers().forEach(other -> replication.behind.add(other.id()));
            }
        });
        return replication;
    }

    /** Sends all bans again to the nodes that are behind. */
    @Override
    public void run() {
        for (Peer peer : membership.peers()) {
            if (behind.remove(peer.id())) {
                tell(peer.id(), banned.words());
            }
        }
    }

    private void changed(BanWord word) {
        membership.peers().forEach(peer -> tell(peer.id(), List.of(word)));
    }

    private void tell(NodeId node, List<BanWord> words) {
        var unused = send(node, BanCodec.encode(words, MESSAGE_BYTES).iterator())
                .whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        behind.add(node);
                        log.debug("A node does not have all bans yet, telling it again, node={}", node, failure);
                    }
                });
    }

    /** Sends the messages one at a time, each after the answer to the previous one. */
    private CompletionStage<byte[]> send(NodeId node, Iterator<byte[]> messages) {
        return messages.hasNext()
                ? messenger.ask(node, Service.BANS, messages.next()).thenCompose(answer -> send(node, messages))
                : CompletableFuture.completedFuture(DONE);
    }

    private CompletionStage<byte[]> answer(NodeId from, byte[] request) {
        int left = 0;
        for (BanWord word : BanCodec.decode(request)) {
            left += banned.merge(word) ? 0 : 1;
        }
        if (left > 0) {
            log.warn("No room for bans of another node, node={} bans={}", from, left);
        }
        return CompletableFuture.completedFuture(DONE);
    }
}
