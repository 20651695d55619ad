package io.wkmq.cluster.transport;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.netty.channel.Channel;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.routing.Audience;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links of this node. Messages to another node travel on a connection that this node opens; messages from it arrive on a
 * connection that the other node opens. Links are created and closed as members join and leave the cluster. Thread-safe; forwarding
 * does not block.
 *
 * <p>Messages that one thread forwards to a node arrive there in order. A message of QoS 1 or 2 holds its hand-over until the other
 * node acknowledges it, which that node does once its own takers are done. When a connection breaks the message is resent, and the
 * other node discards duplicates. When a node leaves or dies, the hand-overs that wait for it complete: its routes are gone too,
 * and its sessions are its own responsibility. Only share groups are offered the messages that it may not have received, see
 * {@link Refusals}; messages of QoS 2 that were sent are excluded, since they may have arrived. A member that cannot be reached for
 * several heartbeats is treated the same way: publishers do not wait for it, and what its subscribers miss meanwhile is not sent
 * later. In the other direction, that node is told that nothing more of the stream it was sending to this node is accepted.
 *
 * <p>The bytes queued for a node are bounded, see {@link LinkSettings#queueBytes}.
 */
public final class NodeLinks implements Forwarder, MembershipListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeLinks.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final LinkParts parts;
    private final IncomingStreams streams;
    private final LinkListener listener;
    private int port; // written once, before other threads get this object
    private final Map<NodeId, OutgoingLink> links = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private boolean closed;

    /** Creates links without a listening socket: connections are passed in by {@link #accept}, and the caller must call {@link #tick}. */
    NodeLinks(LinkParts parts) {
        this.parts = parts;
        this.streams = new IncomingStreams(parts);
        this.listener = new LinkListener(parts, this::judge, streams);
    }

    /**
     * Starts the links' thread and listens for links of other nodes, which are accepted only from members (see {@link #here}).
     * Blocks until the port is bound.
     *
     * @param front secures each connection: TLS, if configured, and the handshake
     * @param inlet receives the messages of other nodes
     * @param refusals told about share groups that have no member left on another node
     * @param clock used for message expiry
     * @throws IOException if no port is free, or if the configuration would let anyone who reaches the port pose as a node
     */
    public static NodeLinks start(
            LinkSettings settings, ClusterFront front, Inlet inlet, Refusals refusals, Clock clock) throws IOException {
        SocketLoop loop = new SocketLoop();
        LinkParts parts = new LinkParts(settings, front, loop, new LinkCounts(), inlet, refusals, clock, new Random());
        try {
            NodeLinks links = new NodeLinks(parts);
            links.port = links.listener.start(loop);
            loop.every(settings.heartbeat(), links::tick);
            loop.execute(links::look);
            return links;
        } catch (IOException e) {
            loop.stop(STOP_LIMIT);
            throw e;
        }
    }

    /** Returns the port that other nodes connect to. */
    public int port() {
        return port;
    }

    @Override
    public void forward(NodeId node, Message message, Audience audience, HandOver handOver) {
        OutgoingLink link = links.get(node);
        if (link == null) {
            parts.abandoned(new Outgoing(message, audience, handOver), false);
        } else {
            link.forward(message, audience, handOver);
        }
    }

    @Override
    public boolean reaches(NodeId node) {
        OutgoingLink link = links.get(node);
        return link != null && !link.givenUp();
    }

    @Override
    public synchronized void here(Peer peer) {
        if (closed) {
            return;
        }
        OutgoingLink link = new OutgoingLink(peer, parts, () -> streams.giveUp(peer.id()));
        OutgoingLink former = links.put(peer.id(), link);
        parts.loop().execute(() -> {
            if (former != null) {
                former.close();
            }
            link.connect();
        });
    }

    @Override
    public synchronized void gone(Peer peer) {
        OutgoingLink link = links.remove(peer.id());
        parts.loop().execute(() -> {
            if (link != null) {
                link.close();
            }
            streams.disconnect(peer.id(), "The node is not here any more");
        });
    }

    /** Refuses nodes that this one does not see as members: they may have been removed. */
    private Verdict judge(Introduction met) {
        OutgoingLink link = links.get(met.node().id());
        boolean member = link != null && link.peer().incarnation() == met.incarnation();
        return member
                ? Verdict.OK
                : Verdict.refusal(
                        Verdict.Code.DENIED,
                        "The node does not see " + met.node().name() + " as a member of the cluster, or not yet");
    }

    /** Accepts a connection opened by another node. Called on the links' thread. */
    void accept(Channel connection) {
        listener.accept(connection);
    }

    /** Sends heartbeats and checks for missed ones. Called on the links' thread at each heartbeat interval. */
    void tick() {
        links.values().forEach(OutgoingLink::tick);
        streams.tick();
    }

    /** Checks all connections for cuts and reschedules itself; less often while there are no links. */
    private void look() {
        try {
            links.values().forEach(OutgoingLink::look);
        } finally {
            LinkSettings settings = parts.settings();
            Duration pause = links.isEmpty() ? settings.heartbeat() : settings.lookInterval();
            parts.loop().schedule(this::look, pause.toMillis());
        }
    }

    /** Returns the status of the link to each member. */
    public List<LinkStatus> statuses() {
        List<LinkStatus> statuses = new ArrayList<>();
        links.values().forEach(link -> statuses.add(link.status()));
        return statuses;
    }

    /** Returns the status of the link to a node, or null if the node is not a member. */
    public @Nullable LinkStatus status(NodeId node) {
        OutgoingLink link = links.get(node);
        return link == null ? null : link.status();
    }

    /** Returns the counters, summed over all links. */
    public Map<LinkCounter, Long> counts() {
        return parts.counts().sums();
    }

    /** Closes all connections and stops the thread. Queued messages are abandoned. Blocks, with a time limit, until that is done. */
    @Override
    public void close() {
        listener.stop();
        List<OutgoingLink> open = closeForNew();
        parts.loop().execute(() -> {
            open.forEach(OutgoingLink::close);
            streams.close();
        });
        if (!parts.loop().stop(STOP_LIMIT)) {
            log.warn("The thread of the node links is still running after {} ms", STOP_LIMIT.toMillis());
        }
    }

    private synchronized List<OutgoingLink> closeForNew() {
        closed = true;
        List<OutgoingLink> open = List.copyOf(links.values());
        links.clear();
        return open;
    }
}
