package io.wkmq.cluster;

import io.wkmq.cluster.channels.NodeRegistration;
import io.wkmq.cluster.channels.NodeRegistry;
import io.wkmq.cluster.discovery.Discovery;
import io.wkmq.cluster.discovery.DiscoveryReport;
import io.wkmq.cluster.discovery.StaticSeed;
import io.wkmq.cluster.hazelcast.ChangeResult;
import io.wkmq.cluster.hazelcast.Encounter;
import io.wkmq.cluster.hazelcast.HazelcastMembership;
import io.wkmq.cluster.hazelcast.MemberSettings;
import io.wkmq.cluster.hazelcast.cp.CpSettings;
import io.wkmq.cluster.loop.Polling;
import io.wkmq.cluster.membership.Membership;
import io.wkmq.cluster.membership.Messenger;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.retained.RetainedReplication;
import io.wkmq.cluster.routes.OwnRoutes;
import io.wkmq.cluster.routes.RouteReplication;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.ClusterTls;
import io.wkmq.cluster.security.ClusterTlsException;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Purpose;
import io.wkmq.cluster.sessions.LocalSessions;
import io.wkmq.cluster.sessions.LoneDirectory;
import io.wkmq.cluster.sessions.MetNodes;
import io.wkmq.cluster.sessions.SessionClaims;
import io.wkmq.cluster.transport.LinkSettings;
import io.wkmq.cluster.transport.NodeLinks;
import io.wkmq.routing.Forwarder;
import io.wkmq.routing.LocalInterest;
import io.wkmq.routing.NodeId;
import io.wkmq.routing.RouteTable;
import io.wkmq.routing.ShareStrategy;
import io.wkmq.session.RetainedMessages;
import io.wkmq.session.RoutesKnown;
import io.wkmq.session.SessionDirectory;
import io.wkmq.session.Sessions;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node that can have peers; wires the parts of the cluster layer together. Thread-safe once it is open, except {@link #close}.
 * {@link #join}, {@link #leave} and {@link #remove} block.
 */
public final class ClusterNode implements Cluster {
    /** The newest protocol version between nodes. */
    private static final int PROTOCOL = 1;

    private static final Duration TLS_POLL = Duration.ofSeconds(5);
    private static final Duration FORGETTING = Duration.ofSeconds(2);

    /** How long an administrator waits for the registry to have a change: longer than an election takes. */
    private static final Duration REGISTERED_WITHIN = Duration.ofSeconds(5);

    private final ClusterSettings settings;
    private final Clock clock;
    private final Discovery discovery;
    private final NodeLinks links;
    private final HazelcastMembership membership;
    private final OwnRoutes ownRoutes;
    private final SessionClaims claims;
    private final LoneDirectory directory;
    private final Moves moves;
    private final Deliveries deliveries = new Deliveries();
    private final LastTold told = new LastTold();
    private final Opening opening;
    private final @Nullable TlsWatch tlsWatch;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "wkmq-cluster");
        made.setDaemon(true);
        return made;
    });

    private @Nullable RouteReplication routes;
    private @Nullable RetainedReplication retained;
    private volatile @Nullable NodeRegistration registration;
    private volatile boolean closed;

    private ClusterNode(ClusterSettings settings, Node self, Clock clock, @Nullable CpSettings cp)
            throws IOException, ClusterTlsException {
        this.settings = settings;
        this.clock = clock;
        SecureRandom random = new SecureRandom();
        long incarnation = random.nextLong();
        ClusterTls tls = settings.tls() == null ? null : new ClusterTls(settings.tls());
        Introduction introduction = new Introduction(
                Purpose.MEMBER,
                settings.name(),
                self,
                incarnation,
                PROTOCOL,
                cp == null ? Introduction.NO_REPLICAS : cp.members(),
                cp == null ? Introduction.NO_GROUPS : cp.channelGroups());
        ClusterFront front = new ClusterFront(
                introduction, settings.cookie(), tls, settings.times().handshake());
        discovery = new Discovery(
                settings.strategy(),
                settings.dataDir().resolve("peers"),
                settings.bootstrapExpect(),
                settings.times().pace(),
                clock,
                random);
        String host = self.name().host();
        links = startLinks(settings.links(host), front, clock);
        MemberSettings members = settings.members(host);
        membership = HazelcastMembership.prepare(
                cp == null ? members : members.with(cp),
                new Peer(self, incarnation, host, links.port(), PROTOCOL),
                discovery,
                front,
                settings.dataDir());
        membership.listen(links); // first, so that there is a link to a node before there are routes to it
        ownRoutes = new OwnRoutes(incarnation);
        claims = SessionClaims.start(
                membership,
                membership.messenger(),
                settings.times().sessions(),
                clock,
                () -> new MetNodes(
                        discovery.known().stream().map(Node::id).toList(),
                        discovery.givenUp().keySet()));
        directory = new LoneDirectory(claims);
        membership.listen(directory);
        membership.listen(new Acquaintances(membership, discovery));
        moves = new Moves(clock);
        membership.listen(moves);
        opening = new Opening(discovery, Opening.LOCK_PATIENCE);
        tlsWatch = tls == null ? null : new TlsWatch(tls::reloadIfChanged, TLS_POLL);
    }

    /**
     * Creates a node that accepts links but has not met others yet. Blocks until its ports are bound.
     *
     * @param cp the settings for data replicated by consensus; null if it takes no part in that
     * @throws IOException if a port, an address or a file of the data directory cannot be used, with the reason
     */
    public static ClusterNode prepare(ClusterSettings settings, Node self, Clock clock, @Nullable CpSettings cp)
            throws IOException {
        try {
            return new ClusterNode(settings, self, clock, cp);
        } catch (ClusterTlsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private NodeLinks startLinks(LinkSettings linkSettings, ClusterFront front, Clock clock) throws IOException {
        try {
            return NodeLinks.start(linkSettings, front, deliveries, deliveries, clock);
        } catch (IOException e) {
            discovery.close();
            throw e;
        }
    }

    @Override
    public Node self() {
        return membership.self().node();
    }

    @Override
    public List<Node> running() {
        List<Node> running = new ArrayList<>();
        running.add(self());
        membership.peers().forEach(peer -> running.add(peer.node()));
        return running;
    }

    @Override
    public LocalInterest interest() {
        return ownRoutes;
    }

    @Override
    public Forwarder forwarder() {
        return links;
    }

    @Override
    public SessionDirectory directory() {
        return directory;
    }

    @Override
    public RoutesKnown routesKnown() {
        return made(routes);
    }

    @Override
    public void replicate(RetainedMessages messages) {
        retained = RetainedReplication.start(messages, membership, membership.messenger(), clock);
    }

    @Override
    public void replicate(RouteTable<?> table, ShareStrategy strategy) {
        routes = RouteReplication.start(
                ownRoutes, table, strategy, membership, membership.messenger(), settings.routesWait(), links::reaches);
    }

    @Override
    public void serve(Sessions sessions) {
        deliveries.serve(sessions.router());
        directory.serve(sessions, LocalSessions.of(sessions, self().id(), links));
    }

    @Override
    public Runnable register(NodeRegistry registry) {
        NodeRegistration made = new NodeRegistration(new MembershipGround(membership), registry, clock);
        membership.listen(made);
        registration = made;
        return made;
    }

    @Override
    public void serveNoMore() {
        deliveries.stop();
    }

    private static <T> T made(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("A part of the cluster is asked for before it was made");
        }
        return part;
    }

    @Override
    public boolean expectsOthers() {
        return !settings.manual() || !discovery.seeds().isEmpty() || settings.bootstrapExpect() > 1;
    }

    @Override
    public CompletionStage<Void> open(BooleanSupplier givenUp) {
        membership.listen(told);
        return CompletableFuture.runAsync(
                () -> {
                    enter();
                    Arrival arrival = arrival();
                    arrival.catchUp(givenUp);
                    arrival.awaitFounding(givenUp);
                },
                thread);
    }

    private void enter() {
        try {
            opening.enter(expectsOthers(), () -> {
                membership.open();
                discovery.start(membership, membership.address());
            });
        } finally {
            claims.entered();
        }
    }

    private Arrival arrival() {
        return new Arrival(discovery, made(routes), made(retained), settings.joinTimeout(), () -> closed);
    }

    /** Returns the state of the cluster as this node sees it; quick. */
    public ClusterStatus status() {
        return new StatusReader(settings.name(), membership, links, discovery, moves, made(routes)).read();
    }

    /**
     * Returns whether more than half of the cluster's nodes are present, or exactly half including the least node id. Dead nodes
     * count until they are cleaned. Quick. A node that was cut off notices only when it gives the others up.
     */
    public boolean majority() {
        return Majority.here(membership.status());
    }

    /** See {@link HazelcastMembership#changing}. */
    public boolean changing() {
        return membership.changing();
    }

    /** Looks for other nodes now. */
    public CompletionStage<DiscoveryReport> look() {
        return discovery.look();
    }

    /** Asks who is at these addresses, of which it uses the first 64. Blocks for some seconds. */
    public List<Encounter> ask(Collection<SeedAddress> addresses) {
        return new Lookout(membership::ask).look(addresses);
    }

    /** Returns every address where another node may be. */
    public List<SeedAddress> seeds() {
        return discovery.seeds();
    }

    /** Completes once this node accepts members and can be administered; fails, with the reason, if it never will. */
    public CompletableFuture<Void> opened() {
        return opening.done();
    }

    /** Returns the membership. */
    public Membership membership() {
        return membership;
    }

    /** Returns the carrier of control messages. */
    public Messenger messenger() {
        return membership.messenger();
    }

    /** Returns the metrics of this node's part of the cluster. */
    public ClusterFigures figures() {
        return new ClusterFigures(
                membership.peers().size(),
                membership.status().heals().count(),
                links.statuses(),
                links.counts(),
                made(routes).totals(),
                made(routes).overdue(),
                made(retained).statistics(),
                claims.figures());
    }

    /**
     * Joins the cluster of a node, which must have the given name. When it returns, this node knows what the others know and they
     * know its subscriptions, or the time limits have passed. See {@link HazelcastMembership#join}.
     *
     * @param target the node; without a port, the first port of this node's range is used
     */
    public ChangeResult join(StaticSeed target) {
        Encounter met = membership.ask(target.address(settings.ports().min()));
        Node node = met.node();
        if (node != null && !node.name().equals(target.name())) {
            return new ChangeResult(
                    ChangeResult.Outcome.REFUSED,
                    "the node at " + met.address() + " is " + node.name() + "; expected " + target.name()
                            + ", name its port if it has another one, as in " + target.name() + ":6370");
        }
        ChangeResult result = membership.join(met.address());
        if (result.outcome() == ChangeResult.Outcome.DONE) {
            discovery.founded();
            Polling.until(settings.joinTimeout(), () -> told.ofAll(membership.peers()));
            Arrival arrival = arrival();
            arrival.catchUp(() -> false);
            arrival.makeKnown();
        }
        return result;
    }

    /** Leaves the cluster and forgets the other nodes' addresses. See {@link HazelcastMembership#leave}. */
    public ChangeResult leave() {
        List<NodeId> left = known().collect(Collectors.toList());
        ChangeResult result = membership.leave();
        forget(result, left);
        return result;
    }

    /**
     * Removes a node, see {@link HazelcastMembership#remove}. If there is a registry of nodes it is told; if it does not have the
     * change within some seconds, the result's text says so.
     */
    public ChangeResult remove(NodeId node) {
        ChangeResult result = membership.remove(node);
        forget(result, List.of(node));
        NodeRegistration registry = registration;
        return registry == null || result.outcome() != ChangeResult.Outcome.DONE
                ? result
                : registered(
                        result, CompletableFuture.completedFuture(registry).thenCompose(known -> known.tellOf(node)));
    }

    private static ChangeResult registered(ChangeResult result, CompletableFuture<Void> told) {
        String why;
        try {
            told.get(REGISTERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return result;
        } catch (ExecutionException e) {
            why = String.valueOf((e.getCause() == null ? e : e.getCause()).getMessage());
        } catch (TimeoutException e) {
            why = "it did not answer within " + REGISTERED_WITHIN.toSeconds()
                    + " s; expected a majority of the nodes that keep channels to be here";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "the wait was interrupted";
        }
        String text = "The present nodes know it; the channels' registry of nodes does not yet and will be told again: "
                + why;
        return new ChangeResult(ChangeResult.Outcome.DONE, result.text().isEmpty() ? text : result.text() + ' ' + text);
    }

    private void forget(ChangeResult result, List<NodeId> nodes) {
        if (result.outcome() == ChangeResult.Outcome.DONE) {
            nodes.forEach(discovery::removed);
            Polling.until(FORGETTING, () -> known().noneMatch(nodes::contains));
        }
    }

    private Stream<NodeId> known() {
        return discovery.report().peers().stream().map(peer -> peer.node().id());
    }

    @Override
    public Optional<ClusterNode> administration() {
        return Optional.of(this);
    }

    @Override
    public void close() {
        closed = true;
        opening.close();
        thread.shutdownNow();
        if (tlsWatch != null) {
            tlsWatch.close();
        }
        RetainedReplication replication = retained;
        if (replication != null) {
            replication.close();
        }
        claims.close();
        membership.close();
        RouteReplication routeReplication = routes;
        if (routeReplication != null) {
            routeReplication.close();
        }
        links.close();
        discovery.close(); // last: a hanging look-up must not keep this node half alive in the eyes of the others
    }
}
