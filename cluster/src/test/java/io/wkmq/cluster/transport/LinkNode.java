package io.wkmq.cluster.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.ClusterTls;
import io.wkmq.cluster.security.Cookie;
import io.wkmq.routing.HandOver;
import io.wkmq.routing.Message;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.NodeName;
import io.wkmq.routing.RemoteMembers;
import io.wkmq.routing.ShareGroup;
import io.wkmq.routing.SubscriptionFilter;
import io.wkmq.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node that consists only of links, and records what arrives. */
final class LinkNode implements AutoCloseable {
    /** Long: nobody becomes unreachable because a machine is slow. */
    static final Duration HEARTBEAT = Duration.ofSeconds(20);

    private static final Duration NEVER = Duration.ofDays(1);

    final Node node;
    final long incarnation;
    final NodeLinks links;
    private final int port;
    private final @Nullable SocketLoop manual; // the thread of a node without a clock
    final Queue<Delivered> delivered = new ConcurrentLinkedQueue<>();
    final Queue<Refusal> refusals = new ConcurrentLinkedQueue<>();

    /** What the node does with a message; answers with the groups that it has no members of. */
    volatile Inlet inlet = (from, message, plain, groups, handOver) -> List.of();

    volatile Consumer<HandOver> onRefusal = handOver -> {};

    record Delivered(NodeId from, Message message, boolean plain, List<SubscriptionFilter> groups) {}

    /** A message that share groups did not receive: explicitly refused, or because the node was not reached. */
    record Refusal(NodeId node, SubscriptionFilter group, Message message, boolean reached) {}

    /** A node that does not exist. */
    record Stranger(String name, String host, int port) {
        Peer peer() {
            return new Peer(node(name), 1, host, port, 1);
        }
    }

    LinkNode(String name) {
        this(name, 1);
    }

    LinkNode(String name, long incarnation) {
        this(name, incarnation, Cookie.of("secret"), null, new LinkSettings("127.0.0.1", 0, 0, 8 << 20, HEARTBEAT));
    }

    LinkNode(String name, long incarnation, @Nullable Cookie cookie, @Nullable ClusterTls tls, LinkSettings settings) {
        this.node = node(name);
        this.incarnation = incarnation;
        ClusterFront front = new ClusterFront("wkmq", node, incarnation, 1, cookie, tls);
        try {
            links = NodeLinks.start(settings, front, this::deliver, new Noted(), Clock.systemUTC());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        port = links.port();
        manual = null;
    }

    private LinkNode(String name, long queueBytes, SocketLoop loop) {
        this.node = node(name);
        this.incarnation = 1;
        LinkSettings settings = new LinkSettings("127.0.0.1", 0, 0, queueBytes, NEVER);
        ClusterFront front = new ClusterFront("wkmq", node, incarnation, 1, Cookie.of("secret"), null);
        NodeLinks started = new NodeLinks(new LinkParts(
                settings, front, loop, new LinkCounts(), this::deliver, new Noted(), Clock.systemUTC(), new Random()));
        Channel bound = loop.accepting()
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        started.accept(accepted);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        links = started;
        port = ((InetSocketAddress) bound.localAddress()).getPort();
        manual = loop;
    }

    /** A node for which time passes only by {@link #beat}: it takes nobody for gone because a machine is slow. */
    static LinkNode withoutClock(String name, long queueBytes) {
        return new LinkNode(name, queueBytes, new SocketLoop());
    }

    /** The time of a heartbeat passes on a node without a clock. */
    void beat() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Objects.requireNonNull(manual, "a node without a clock").execute(() -> {
            links.tick();
            done.complete(null);
        });
        done.orTimeout(Await.DEFAULT.toSeconds(), TimeUnit.SECONDS).join();
    }

    /** Heartbeats pass on both nodes, which have no clocks, until one of them gives the other up. */
    static void beatUntilUnreachable(LinkNode one, LinkNode other) {
        Await.until(Await.DEFAULT, () -> "it is given up; " + one.statusOf(other), () -> {
            other.beat();
            one.beat();
            return one.statusOf(other).state() == LinkStatus.State.UNREACHABLE;
        });
    }

    static Node node(String name) {
        return new Node(
                new NodeId(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8))),
                new NodeName(name, "127.0.0.1"));
    }

    private List<SubscriptionFilter> deliver(
            NodeId from, Message message, boolean plain, List<SubscriptionFilter> groups, HandOver handOver) {
        delivered.add(new Delivered(from, message, plain, groups));
        return inlet.deliver(from, message, plain, groups, handOver);
    }

    private final class Noted implements Refusals {
        @Override
        public void refused(RemoteMembers members, Message message, HandOver handOver) {
            note(members, message, true);
            onRefusal.accept(handOver);
        }

        @Override
        public void notReached(RemoteMembers members, Message message, HandOver handOver) {
            note(members, message, false);
            onRefusal.accept(handOver);
        }

        private void note(RemoteMembers members, Message message, boolean reached) {
            ShareGroup group = members.group();
            refusals.add(new Refusal(
                    members.node(), new SubscriptionFilter(group.name(), group.filter()), message, reached));
        }
    }

    NodeId id() {
        return node.id();
    }

    Peer peer() {
        return peerAt(port);
    }

    /** Where it takes links. */
    int port() {
        return port;
    }

    /** The node as others see it that reach it through another port. */
    Peer peerAt(int port) {
        return new Peer(node, incarnation, "127.0.0.1", port, 1);
    }

    /** Both see each other as members. */
    static void meet(LinkNode one, LinkNode other) {
        one.links.here(other.peer());
        other.links.here(one.peer());
    }

    LinkStatus statusOf(LinkNode other) {
        return Objects.requireNonNull(links.status(other.id()), "a link to " + other.node.name());
    }

    void awaitState(LinkNode other, LinkStatus.State state) {
        Await.until(
                Await.DEFAULT,
                () -> "the link of " + node.name() + " is " + state + "; it is " + statusOf(other),
                () -> statusOf(other).state() == state);
    }

    /** What is wrong with a link may be known a moment later than that something is. */
    void awaitProblem(LinkNode other, String text) {
        Await.until(
                Await.DEFAULT,
                () -> "the link of " + node.name() + " says '" + text + "'; it is " + statusOf(other),
                () -> statusOf(other).problem().contains(text));
    }

    /** Messages are handed over a moment before their room in the queue is free. */
    void awaitEmptyQueue(LinkNode other) {
        Await.until(
                Await.DEFAULT,
                () -> "nothing waits; " + statusOf(other),
                () -> statusOf(other).queuedBytes() == 0);
    }

    long count(LinkCounter counter) {
        return Objects.requireNonNull(links.counts().get(counter));
    }

    /** The numbers of a publisher's messages that came. */
    List<Integer> numbersOf(String publisher) {
        return delivered.stream()
                .map(Delivered::message)
                .filter(message -> message.publisher().equals(publisher))
                .map(TestMessages::number)
                .toList();
    }

    @Override
    public void close() {
        links.close();
    }
}
