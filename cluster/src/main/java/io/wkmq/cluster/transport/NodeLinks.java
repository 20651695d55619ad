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
 * The links of this node: messages to another node flow on a connection that this node makes, messages from it on one that the
 * other node makes. Links come and go with the members of the cluster. Thread-safe; forwarding does not block.
 *
 * <p>What one thread forwards to a node arrives there in that order. A message of QoS 1 or 2 keeps its hand-over until the
 * other node has acknowledged it, which it does when its own takers are done; it is sent again when a connection breaks, and
 * the other node takes it once. When a node is gone, the hand-overs that wait for it are done: the routes to it are gone too, and
 * what becomes of its sessions is theirs to say. Only share groups get what it may not have got: see {@link Refusals}. QoS 2 that
 * was sent is left out there, as it may have arrived. The same goes for a node that is here and cannot be reached for some
 * heartbeats: publishers do not wait for it, and what its subscribers have missed until it can be is not sent later. Nor is what it had to send
 * to this node: it is told that nothing of that is taken any more.
 *
 * <p>What waits for a node is bounded, see {@link LinkSettings#queueBytes}.
 */
public final class NodeLinks implements Forwarder, MembershipListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeLinks.class);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final LinkParts parts;
    private final IncomingStreams streams;
    private final LinkListener listener;
    private int port; // written before others have this
    private final Map<NodeId, OutgoingLink> links = new ConcurrentHashMap<>();

    @GuardedBy("this")
    private boolean closed;

    /** Links that nobody reaches who is not brought along by {@link #accept}. Calls of {@link #tick} come from outside. */
    NodeLinks(LinkParts parts) {
        this.parts = parts;
        this.streams = new IncomingStreams(parts);
        this.listener = new LinkListener(parts, this::judge, streams);
    }

    /**
     * Starts the links' thread and takes links of other nodes, which must be members: see {@link #here}. Blocks until the port is
     * bound.
     *
     * @param front what is at the front of their connections
     * @param inlet gets their messages
     * @param refusals hears what share groups have no member on another node
     * @param clock for the expiry of messages
     * @throws IOException if no port is free, or whoever reaches it could be a node
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

    /** The port that other nodes connect to. */
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

    /** Nodes that this one does not see as members are not listened to: they may have been removed. */
    private Verdict judge(Introduction met) {
        OutgoingLink link = links.get(met.node().id());
        boolean member = link != null && link.peer().incarnation() == met.incarnation();
        return member
                ? Verdict.OK
                : Verdict.refusal(
                        Verdict.Code.DENIED,
                        "The node does not see " + met.node().name() + " as a member of the cluster, or not yet");
    }

    /** Takes a connection that another node has made. On the links' thread. */
    void accept(Channel connection) {
        listener.accept(connection);
    }

    /** On the links' thread, every heartbeat. */
    void tick() {
        links.values().forEach(OutgoingLink::tick);
        streams.tick();
    }

    /** Again and again; less often while there are no links. */
    private void look() {
        try {
            links.values().forEach(OutgoingLink::look);
        } finally {
            LinkSettings settings = parts.settings();
            Duration pause = links.isEmpty() ? settings.heartbeat() : settings.lookInterval();
            parts.loop().schedule(this::look, pause.toMillis());
        }
    }

    /** The link to each node that is here. */
    public List<LinkStatus> statuses() {
        List<LinkStatus> statuses = new ArrayList<>();
        links.values().forEach(link -> statuses.add(link.status()));
        return statuses;
    }

    /** The link to a node, or null if it is not here. */
    public @Nullable LinkStatus status(NodeId node) {
        OutgoingLink link = links.get(node);
        return link == null ? null : link.status();
    }

    /** What all links have counted. */
    public Map<LinkCounter, Long> counts() {
        return parts.counts().sums();
    }

    /** Closes all connections and stops the thread. What waits is abandoned. Blocks until that is done. */
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
