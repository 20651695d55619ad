package io.wkmq.cluster.channels;

import io.wkmq.channel.registry.RegisteredNode;
import io.wkmq.channel.registry.RegisteredNode.Standing;
import io.wkmq.channel.registry.RegistryAnswer;
import io.wkmq.channel.registry.RegistryOp;
import io.wkmq.cluster.membership.LogLimit;
import io.wkmq.cluster.membership.MembershipListener;
import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.Peer;
import io.wkmq.cluster.membership.RemovalWord;
import io.wkmq.routing.NodeId;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Synchronizes the nodes with the registry: each node registers itself and learns from the registry which nodes are removed. The
 * node that leads the registry also reports removals, returns and nodes no longer expected back, and lets removed nodes give up
 * their replicas to waiting nodes. Must be run periodically. Each run does what is due then: at most {@value #CHANGES_MAX} changes
 * and one replacement, with one round of each in progress at a time and a time limit for each step. Thread-safe; does not block.
 */
public final class NodeRegistration implements Runnable, MembershipListener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRegistration.class);

    static final String DIFFER = "The registry and this node do not know the same of nodes yet";
    static final String NO_PLACE = "Removed nodes make no place";

    /** The maximum number of changes per round. */
    static final int CHANGES_MAX = 64;

    /**
     * How many nodes that are gone are remembered; beyond that, the registry takes longer to learn that a node is no longer
     * expected back.
     */
    static final int GONE_MAX = 1_000;

    /** How long to wait for this node's own copy of the registry. */
    private static final Duration NODES_WITHIN = Duration.ofSeconds(10);

    /** How long to wait until the registry has a change; it may have it later. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);

    /** How long to wait until a removed node is replaced; it may be replaced later. */
    private static final Duration PLACE_WITHIN = Duration.ofSeconds(30);

    /** What a node knows about itself and other nodes. Thread-safe; must not block. */
    public interface Ground {
        /** Returns this node. */
        Node self();

        /** Returns the addresses where this node is met, its membership address first; none if it has none. */
        List<String> addresses();

        /** Returns the other nodes that are present. */
        Set<NodeId> here();

        /** Returns the statements about nodes that were removed, or told to join. */
        List<RemovalWord> words();

        /** Adopts statements from the registry; those count that are later than what is known. */
        void take(List<RemovalWord> words);

        /** Returns whether this node is moving from one cluster to another; while it does, it reports and adopts nothing. */
        boolean moving();
    }

    private final Ground ground;
    private final NodeRegistry registry;
    private final InstantSource clock;
    private final AtomicBoolean comparing = new AtomicBoolean();

    /** Separate from the other flag: a slow change must not hold up a node that waits for a place. */
    private final AtomicBoolean makingPlace = new AtomicBoolean();

    /** Nodes no longer expected back that have not returned, and that the registry still lists as joined. */
    private final Set<NodeId> gone = ConcurrentHashMap.newKeySet();

    /** The last statement per node adopted from the registry, so that one without room here is not adopted again and again. */
    private final Map<NodeId, RemovalWord> taken = new ConcurrentHashMap<>();

    /** Limits the log of why rounds fail: each may have another reason. */
    private final LogLimit troubles;

    /** Why removed nodes are not replaced. */
    private final LastSaid<NodeId> placeless = new LastSaid<>();

    /** One round, given the registry's nodes. */
    private interface Round {
        CompletionStage<Void> go(List<RegisteredNode> nodes);
    }

    /** Creates the registration of a node; must be registered as a membership listener. */
    public NodeRegistration(Ground ground, NodeRegistry registry, InstantSource clock) {
        this(ground, registry, clock, new LogLimit());
    }

    NodeRegistration(Ground ground, NodeRegistry registry, InstantSource clock, LogLimit troubles) {
        this.ground = ground;
        this.registry = registry;
        this.clock = clock;
        this.troubles = troubles;
    }

    @Override
    public void here(Peer peer) {
        gone.remove(peer.id());
    }

    @Override
    public void gone(Peer peer) {}

    @Override
    public void cleaned(Node node, boolean mayComeBack) {
        if (gone.size() < GONE_MAX) {
            gone.add(node.id());
        }
    }

    @Override
    public void run() {
        begin(comparing, this::compareOrSay, DIFFER);
        begin(makingPlace, this::makePlace, NO_PLACE);
    }

    private void begin(AtomicBoolean running, Round round, String otherwise) {
        if (ground.moving() || !running.compareAndSet(false, true)) {
            return;
        }
        var unused = limited(CompletableFuture.completedFuture(registry).thenCompose(NodeRegistry::nodes), NODES_WITHIN)
                .thenCompose(round::go)
                .whenComplete((nothing, failure) -> {
                    running.set(false);
                    if (failure != null) {
                        LOG.debug("{}", otherwise, failure);
                    }
                });
    }

    /**
     * A failure of any step, including an immediate one as when the node stops, ends the round. While the registry is unavailable,
     * that is reported elsewhere; why a node is not replaced is reported by the one that would replace it.
     */
    private CompletionStage<Void> compareOrSay(List<RegisteredNode> nodes) {
        return CompletableFuture.completedFuture(nodes)
                .thenCompose(this::compare)
                .whenComplete((nothing, failure) -> {
                    if (failure != null) {
                        troubles.log(
                                DIFFER,
                                leftOut -> LOG.warn(
                                        "{}, it is tried again reason={} left_out={}",
                                        DIFFER,
                                        reason(failure),
                                        leftOut));
                    }
                });
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause.toString();
    }

    private CompletionStage<Void> compare(List<RegisteredNode> nodes) {
        if (ground.moving()) { // since the registry was asked
            return CompletableFuture.completedFuture(null);
        }
        Map<NodeId, RegisteredNode> listed = new HashMap<>();
        nodes.forEach(node -> listed.put(node.id(), node));
        Map<NodeId, RemovalWord> words = words();
        take(nodes, words);
        gone.removeIf(id -> !isJoined(listed.get(id)));
        List<RegistryOp.OfNode> changes = new ArrayList<>();
        announce(listed.get(ground.self().id()), changes);
        if (registry.leads()) {
            speakForOthers(listed, words, changes);
        }
        return tell(changes.stream().limit(CHANGES_MAX).iterator());
    }

    private CompletionStage<Void> makePlace(List<RegisteredNode> nodes) {
        List<RegisteredNode> removed = nodes.stream()
                .filter(node -> registry.leads() && node.standing() == Standing.REMOVED)
                .toList();
        placeless.keep(removed.stream().map(RegisteredNode::id).toList());
        return makePlace(
                removed.stream()
                        .filter(node -> mayMakePlace(node, nodes))
                        .toList()
                        .iterator(),
                nodes);
    }

    /**
     * Returns whether nothing speaks against replacing the replica. All nodes with it must be gone: if one started anew under
     * another id, with the files of the removed one, it now has the replica.
     */
    private boolean isGone(UUID replica, List<RegisteredNode> nodes) {
        List<RegisteredNode> having =
                nodes.stream().filter(node -> replica.equals(node.replica())).toList();
        return !having.isEmpty()
                && having.stream().allMatch(node -> node.standing() == Standing.REMOVED && whyNot(node.id()) == null);
    }

    /** Returns whether the node may be replaced; if not, logs why. */
    private boolean mayMakePlace(RegisteredNode removed, List<RegisteredNode> nodes) {
        UUID replica = removed.replica();
        String reason = replica == null
                ? "the registry does not know that it kept replicas; wkctl raft remove makes place if it did"
                : whyNot(removed.id());
        if (replica != null && reason == null && !isGone(replica, nodes)) {
            reason = "another node keeps what it kept";
        }
        if (reason == null) {
            placeless.over(removed.id());
        } else if (placeless.isNew(removed.id(), reason)) {
            LOG.info(
                    "A removed node makes no place for another one node={} name={} reason={}",
                    removed.id(),
                    removed.name(),
                    reason);
        }
        return reason == null;
    }

    /** Returns why a removed node is not replaced, as logged last; null if nothing was logged, or it may be replaced now. */
    @Nullable
    String placeless(NodeId removed) {
        return placeless.of(removed);
    }

    /**
     * Returns why this node may not act for a removed one; null if it may: that one is gone, and nobody is known to have told it to
     * join.
     */
    private @Nullable String whyNot(NodeId removed) {
        if (!registry.leads()) {
            return "this node does not lead the registry";
        }
        if (ground.moving()) {
            return "this node changes its cluster";
        }
        if (ground.here().contains(removed)) {
            return "it is here";
        }
        return isRemoved(words().get(removed)) ? null : "the nodes that are here do not know that it was removed";
    }

    private static boolean isRemoved(@Nullable RemovalWord word) {
        return word != null && word.removed();
    }

    /** Returns the replicas of the nodes that are present and not removed themselves. */
    private Set<UUID> replicasHere(List<RegisteredNode> nodes) {
        Set<NodeId> here = new HashSet<>(ground.here());
        here.add(ground.self().id());
        Map<NodeId, RemovalWord> words = words();
        return nodes.stream()
                .filter(node -> node.standing() == Standing.JOINED
                        && here.contains(node.id())
                        && !isRemoved(words.get(node.id())))
                .flatMap(node -> Stream.ofNullable(node.replica()))
                .collect(Collectors.toSet());
    }

    /** One per round: the node that takes the place must first fetch what it lacks. */
    private CompletionStage<Void> makePlace(Iterator<RegisteredNode> removed, List<RegisteredNode> nodes) {
        if (!removed.hasNext()) {
            return CompletableFuture.completedFuture(null);
        }
        RegisteredNode node = removed.next();
        return limited(
                        registry.makePlace(
                                Objects.requireNonNull(node.replica()),
                                () -> replicasHere(nodes),
                                replica -> isGone(replica, nodes)),
                        PLACE_WITHIN)
                .thenCompose(done -> {
                    if (!done) {
                        return makePlace(removed, nodes);
                    }
                    LOG.info(
                            "A removed node keeps no channels any more, another one takes its place node={} name={}",
                            node.id(),
                            node.name());
                    return CompletableFuture.completedFuture(null);
                });
    }

    /** An unanswered request must not hold up later rounds; a late answer has no effect here. */
    private static <T> CompletionStage<T> limited(CompletionStage<T> answer, Duration limit) {
        return answer.toCompletableFuture().copy().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Map<NodeId, RemovalWord> words() {
        Map<NodeId, RemovalWord> words = new HashMap<>();
        ground.words().forEach(word -> words.put(word.node(), word));
        return words;
    }

    /**
     * About itself a node believes the nodes that are present, not the registry: it may have been told to join, which the registry
     * does not know yet.
     */
    private void take(List<RegisteredNode> nodes, Map<NodeId, RemovalWord> words) {
        List<RemovalWord> later = new ArrayList<>();
        for (RegisteredNode node : nodes) {
            RemovalWord said = said(node);
            if (said == null || node.id().equals(ground.self().id()) || !after(said, taken.get(node.id()))) {
                continue;
            }
            if (after(said, words.get(node.id()))) {
                later.add(said);
            }
            taken.put(node.id(), said);
        }
        taken.keySet().retainAll(nodes.stream().map(RegisteredNode::id).collect(Collectors.toSet()));
        if (!later.isEmpty()) {
            LOG.info("Learned of removed nodes from the registry entries={}", later);
            ground.take(later);
        }
    }

    private static boolean after(RemovalWord word, @Nullable RemovalWord other) {
        return other == null || word.after(other);
    }

    private static @Nullable RemovalWord said(@Nullable RegisteredNode node) {
        return node == null || node.saidMs() == 0
                ? null
                : new RemovalWord(node.id(), node.name(), node.standing() == Standing.REMOVED, node.saidMs());
    }

    private void announce(@Nullable RegisteredNode listed, List<RegistryOp.OfNode> changes) {
        Node self = ground.self();
        List<String> addresses = ground.addresses();
        boolean known = listed != null
                && listed.standing() == Standing.JOINED
                && self.name().equals(listed.name())
                && addresses.equals(listed.addresses())
                && Objects.equals(registry.replica(), listed.replica());
        boolean removed = listed != null && listed.standing() == Standing.REMOVED;
        if (!known && !removed) {
            changes.add(new RegistryOp.NodeIs(self.id(), self.name(), addresses, registry.replica(), clock.millis()));
        }
    }

    private void speakForOthers(
            Map<NodeId, RegisteredNode> listed, Map<NodeId, RemovalWord> words, List<RegistryOp.OfNode> changes) {
        boolean room = listed.size() < RegisteredNode.NODES_MAX;
        long oldestMs = listed.values().stream()
                .mapToLong(NodeRegistration::yieldsFromMs)
                .min()
                .orElse(0);
        words.values().stream()
                .filter(word -> after(word, said(listed.get(word.node()))))
                .filter(word -> room || listed.containsKey(word.node()) || (word.removed() && word.timeMs() > oldestMs))
                .sorted(Comparator.comparingLong(RemovalWord::timeMs))
                .forEach(word -> changes.add(change(word)));
        for (NodeId id : gone) {
            if (isJoined(listed.get(id))) {
                changes.add(new RegistryOp.NodeCleaned(id, clock.millis()));
            }
        }
    }

    /**
     * Returns the time from which on a removal may replace the entry of a node in a full registry; without it removals would evict
     * each other.
     */
    private static long yieldsFromMs(RegisteredNode node) {
        return switch (node.standing()) {
            case CLEANED -> -1;
            case REMOVED -> node.sinceMs();
            case JOINED -> node.name() == null ? -1 : Long.MAX_VALUE;
        };
    }

    private static boolean isJoined(@Nullable RegisteredNode node) {
        return node != null && node.standing() == Standing.JOINED;
    }

    private static RegistryOp.OfNode change(RemovalWord word) {
        return word.removed()
                ? new RegistryOp.NodeRemoved(word.node(), word.name(), word.timeMs())
                : new RegistryOp.NodeReturns(word.node(), word.timeMs());
    }

    /** Reports changes sequentially: the first failure ends the round, and so does a move to another cluster. */
    private CompletionStage<Void> tell(Iterator<RegistryOp.OfNode> changes) {
        if (!changes.hasNext() || ground.moving()) {
            return CompletableFuture.completedFuture(null);
        }
        return tell(changes.next()).thenCompose(answer -> tell(changes));
    }

    private CompletionStage<RegistryAnswer> tell(RegistryOp.OfNode change) {
        return limited(registry.tell(change), TOLD_WITHIN).thenApply(answer -> {
            LOG.info("Registered a node node={} change={} answer={}", change.node(), change, answer);
            return answer;
        });
    }

    /**
     * Reports the statement about a node that was removed, or told to join, to the registry at once. Completes once a majority of
     * the registry's replicas has it, or a later one, on disk. Fails if that is not so, or not known; a later round then reports
     * it.
     */
    public CompletionStage<Void> tellOf(NodeId node) {
        RemovalWord word = words().get(node);
        if (word == null) {
            return CompletableFuture.failedFuture(new IOException("Nothing was said of node " + node));
        }
        return registry.tell(change(word)).thenCompose(answer -> {
            RemovalWord said = answer instanceof RegistryAnswer.Listed listed ? said(listed.node()) : null;
            return said == null || word.after(said)
                    ? CompletableFuture.failedFuture(new IOException(
                            "The registry answers " + answer + "; expected the word of " + word.timeMs()))
                    : CompletableFuture.completedFuture(null);
        });
    }
}
