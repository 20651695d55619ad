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
 * Makes the registry know the nodes, and the nodes know whom it says to be removed. Each node says who it is; the one that leads the
 * registry says what was said of others, and whom nobody waits for, and has removed nodes make place for those that come. To be run every
 * now and then: it does what is to be done then, at most {@value #CHANGES_MAX} changes and one place, and one such round of each at a
 * time. Each step of one has an end. Thread-safe; does not block.
 */
public final class NodeRegistration implements Runnable, MembershipListener {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRegistration.class);

    static final String DIFFER = "The registry and this node do not know the same of nodes yet";
    static final String NO_PLACE = "Removed nodes make no place";

    /** So many changes does one round make. */
    static final int CHANGES_MAX = 64;

    /** So many nodes that are gone are remembered; of more, the registry says that they belong to the others for longer. */
    static final int GONE_MAX = 1_000;

    /** So long is waited for this node's own copy of the registry. */
    private static final Duration NODES_WITHIN = Duration.ofSeconds(10);

    /** So long is waited until the registry has a change: it may have it later. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(30);

    /** So long is waited until a removed node has made place; it may have done so later. */
    private static final Duration PLACE_WITHIN = Duration.ofSeconds(30);

    /** What a node knows of itself and of others. Thread-safe; must not block. */
    public interface Ground {
        /** This node. */
        Node self();

        /** Where it is met: where it takes members first; none if it takes none. */
        List<String> addresses();

        /** The other nodes that are here. */
        Set<NodeId> here();

        /** What was said of nodes that were removed, or told to join. */
        List<RemovalWord> words();

        /** Takes over words of others: those count that are later than what is known. */
        void take(List<RemovalWord> words);

        /** Whether this node is on its way from one cluster to another: then it says and takes nothing. */
        boolean moving();
    }

    private final Ground ground;
    private final NodeRegistry registry;
    private final InstantSource clock;
    private final AtomicBoolean comparing = new AtomicBoolean();

    /** Beside the other: a change that is not told yet must not hold up a node that waits. */
    private final AtomicBoolean makingPlace = new AtomicBoolean();

    /** The nodes nobody waits for, that are not back since, and that the registry has among the others still. */
    private final Set<NodeId> gone = ConcurrentHashMap.newKeySet();

    /** The last word about a node that was taken from the registry, so that one which has no room here is not taken for ever. */
    private final Map<NodeId, RemovalWord> taken = new ConcurrentHashMap<>();

    /** Lets into the log why rounds do not come to their ends: the reason may be another one each time. */
    private final LogLimit troubles;

    /** Why removed nodes make no place. */
    private final LastSaid<NodeId> placeless = new LastSaid<>();

    /** What is to be done with what the registry says. */
    private interface Round {
        CompletionStage<Void> go(List<RegisteredNode> nodes);
    }

    /** For a node; it is to be told who comes and goes. */
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
     * Whatever fails ends the round, at once too, as when the node ends. As long as the registry is not here that is said elsewhere, and why a
     * place is not made by who was to make it.
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
     * Whether nothing speaks against it for the node with that replica. Of all of them: one that began anew under another id, with the files of
     * the one that is removed, is who has the replica now.
     */
    private boolean isGone(UUID replica, List<RegisteredNode> nodes) {
        List<RegisteredNode> having =
                nodes.stream().filter(node -> replica.equals(node.replica())).toList();
        return !having.isEmpty()
                && having.stream().allMatch(node -> node.standing() == Standing.REMOVED && whyNot(node.id()) == null);
    }

    /** If it may not the log says why. */
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

    /** Why a removed node makes no place, as was logged last; null if nothing was, or it may make place now. */
    @Nullable
    String placeless(NodeId removed) {
        return placeless.of(removed);
    }

    /** Why this node does not speak for a removed one; null if it does: that is gone, and nobody is known to have told it to join. */
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

    /** The replicas of the nodes that are here now, and are not removed themselves. */
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

    /** One in a round: who takes the place has to fetch what it misses first. */
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

    /** What is not answered must not hold up all later rounds; the answer, if it comes, changes nothing here. */
    private static <T> CompletionStage<T> limited(CompletionStage<T> answer, Duration limit) {
        return answer.toCompletableFuture().copy().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Map<NodeId, RemovalWord> words() {
        Map<NodeId, RemovalWord> words = new HashMap<>();
        ground.words().forEach(word -> words.put(word.node(), word));
        return words;
    }

    /** Of itself a node believes those who are here, not the registry: it may have been told to join, which that one does not know yet. */
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

    /** From which time on the word of a removal may take the place of what a full registry has of a node: else they drive each other out. */
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

    /** One after the other: the first that fails ends the round, and so does a join of others. */
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
     * Tells the registry now what was said of a node that was removed, or told to join. Completes once a majority of those who keep it has
     * that, or something later, on disk; exceptionally if that is not so, or not known: then it is told by a later round.
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
