package io.wkmq.broker.ctl;

import io.wkmq.cluster.Cluster;
import io.wkmq.cluster.ClusterNode;
import io.wkmq.cluster.ClusterStatus;
import io.wkmq.cluster.discovery.StaticSeed;
import io.wkmq.cluster.hazelcast.ChangeResult;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.plugins.api.Command.Usage;
import io.wkmq.routing.NodeId;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * {@code cluster}: EMQ's sentences; a failure is followed by its reason in a second line. A change takes some seconds, plus up
 * to {@code cluster.merge.timeout} where this node enters another cluster. A change that takes away a node that channels need
 * is refused unless forced.
 */
final class ClusterCommand implements CtlCommand {
    private static final String ALONE = "this node stays alone, for it has cluster.discovery = singleton";
    private static final String JOIN_FAILED = "Failed to join the cluster: ";
    private static final String LEAVE_FAILED = "Failed to leave the cluster: ";
    private static final String REMOVE_FAILED = "Failed to remove the node from cluster: ";
    private static final String IGNORED = "Ignore.";
    private static final Set<String> FORCIBLE = Set.of("join/2", "leave/1", "remove/2", "force-leave/2");
    private static final Duration OPENING = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final ReplicaGuard guard;

    ClusterCommand(Cluster cluster, ReplicaGuard guard) {
        this.cluster = cluster;
        this.guard = guard;
    }

    @Override
    public String name() {
        return "cluster";
    }

    @Override
    public List<Usage> usages() {
        return List.of(
                new Usage(
                        "cluster join <Node> [--force]",
                        "Join the cluster of <name@host[:port]>; by force though channels of this one stop"),
                new Usage("cluster leave [--force]", "Leave the cluster; by force though channels stop"),
                new Usage(
                        "cluster remove <Node> [--force]",
                        "Remove the node of that name or id from cluster; by force though channels stop"),
                new Usage("cluster force-leave <Node> [--force]", "The same as remove"),
                new Usage("cluster status", "Cluster status"),
                new Usage("cluster diagnose", "What is seen of each node, and why it is not here"));
    }

    @Override
    public void run(List<String> arguments, Answer answer) throws CtlException {
        boolean force = arguments.contains(ReplicaGuard.FORCE);
        List<String> words = ReplicaGuard.withoutForce(arguments);
        String form = words.isEmpty() ? "" : words.get(0) + '/' + words.size();
        if (force && !FORCIBLE.contains(form)) {
            throw CtlException.unknownForm();
        }
        switch (form) {
            case "status/1" -> status(answer);
            case "diagnose/1" -> diagnose(answer);
            case "join/2" -> join(words.get(1), force, answer);
            case "leave/1" -> leave(force, answer);
            case "force-leave/2", "remove/2" -> remove(words.get(1), force, answer);
            default -> throw CtlException.unknownForm();
        }
    }

    private ClusterNode node(String failed) throws CtlException {
        return ready(cluster, failed, ALONE);
    }

    /** Returns the node's cluster membership once other nodes can join it, which takes a moment after the start. */
    static ClusterNode ready(Cluster cluster, String failed, String alone) throws CtlException {
        ClusterNode node = cluster.administration().orElseThrow(() -> new CtlException(failed + alone));
        try {
            InTime.get(node.opened(), OPENING);
        } catch (ExecutionException e) {
            throw new CtlException(failed + "no other node can meet this one: "
                    + Objects.requireNonNull(e.getCause()).getMessage());
        }
        return node;
    }

    private void join(String target, boolean force, Answer answer) throws CtlException {
        ClusterNode node = node(JOIN_FAILED);
        StaticSeed seed;
        try {
            seed = StaticSeed.parse(target);
        } catch (IllegalArgumentException e) {
            throw new CtlException(JOIN_FAILED + e.getMessage());
        }
        ClusterStatus status = node.status();
        if (!force && status.running().size() > 1) {
            refuse(
                    JOIN_FAILED,
                    guard.againstJoining(status.address(status.self().id()).orElse(null)));
        }
        ChangeResult result = node.join(seed);
        switch (result.outcome()) {
            case DONE -> done("Join the cluster successfully.", node, answer);
            case SELF -> answer.say(IGNORED);
            case NOTHING_TO_DO -> throw failed(JOIN_FAILED, term("already_in_cluster", seed), result);
            case UNREACHABLE -> throw failed(JOIN_FAILED, term("node_down", seed), result);
            case REFUSED, TIMED_OUT, BUSY -> throw new CtlException(JOIN_FAILED + result.text());
        }
    }

    private static String term(String reason, StaticSeed seed) {
        return '{' + reason + ",'" + seed.name() + "'}";
    }

    private static CtlException failed(String sentence, String term, ChangeResult result) {
        return new CtlException(sentence + term + '\n' + result.text());
    }

    private void leave(boolean force, Answer answer) throws CtlException {
        ClusterNode node = node(LEAVE_FAILED);
        ClusterStatus status = node.status();
        if (!force && status.running().size() > 1) {
            refuse(
                    LEAVE_FAILED,
                    guard.againstLeaving(status.address(status.self().id()).orElse(null)));
        }
        ChangeResult result = node.leave();
        switch (result.outcome()) {
            case DONE -> done("Leave the cluster successfully.", node, answer);
            case NOTHING_TO_DO -> throw new CtlException(LEAVE_FAILED + "node_not_in_cluster");
            case SELF, UNREACHABLE, REFUSED, TIMED_OUT, BUSY -> throw new CtlException(LEAVE_FAILED + result.text());
        }
    }

    private void remove(String nameOrId, boolean force, Answer answer) throws CtlException {
        ClusterNode node = node(REMOVE_FAILED);
        ClusterStatus status = node.status();
        NodeId meant = find(nameOrId, status);
        String where = status.address(meant).orElse(null);
        boolean here = status.running().stream().anyMatch(one -> one.node().id().equals(meant));
        if (!force && here && !meant.equals(status.self().id())) {
            refuse(REMOVE_FAILED, guard.againstLeaving(where));
        }
        String listed = guard.staysListed(where);
        ChangeResult result = node.remove(meant);
        switch (result.outcome()) {
            case DONE, NOTHING_TO_DO ->
                done(
                        "Remove the node from cluster successfully." + behind(result.text()) + behind(listed),
                        node,
                        answer);
            case SELF -> answer.say(IGNORED);
            case UNREACHABLE, REFUSED, TIMED_OUT, BUSY -> throw new CtlException(REMOVE_FAILED + result.text());
        }
    }

    private static void refuse(String failed, @Nullable String reason) throws CtlException {
        if (reason != null) {
            throw new CtlException(failed + reason);
        }
    }

    private static NodeId find(String nameOrId, ClusterStatus status) throws CtlException {
        Map<NodeId, String> known = new LinkedHashMap<>();
        status.running()
                .forEach(one -> known.put(one.node().id(), one.node().name().toString()));
        status.stopped().forEach(one -> known.put(one.id(), one.name()));
        List<NodeId> meant = known.entrySet().stream()
                .filter(one -> one.getValue().equals(nameOrId)
                        || one.getKey().toString().equals(nameOrId))
                .map(Map.Entry::getKey)
                .toList();
        if (meant.size() == 1) {
            return meant.get(0);
        }
        if (meant.isEmpty()) {
            throw new CtlException(REMOVE_FAILED + "node_not_in_cluster\nNo node has the name or id '" + nameOrId
                    + "'; known are " + joined(known.values()));
        }
        throw new CtlException(REMOVE_FAILED + "the name " + nameOrId + " is that of " + meant.size()
                + " nodes; say which one by its id: " + joined(meant));
    }

    private static String joined(Collection<?> items) {
        return items.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    private static String behind(String text) {
        return text.isEmpty() ? "" : '\n' + Printable.line(text);
    }

    private static void done(String sentence, ClusterNode node, Answer answer) {
        answer.object(sentence + '\n' + ClusterText.line(node.status()), object -> object.field("message", sentence));
    }

    private void status(Answer answer) {
        ClusterNode node = cluster.administration().orElse(null);
        if (node == null) {
            String self = cluster.self().name().toString();
            answer.object("Cluster status: [{running_nodes,['" + self + "']}]", object -> {
                object.field("node", self).name("running_nodes").beginArray().value(self);
                object.endArray().name("stopped_nodes").beginArray().endArray();
            });
            return;
        }
        ClusterStatus now = node.status();
        answer.object(ClusterText.line(now) + ClusterText.remarks(now), object -> ClusterJson.write(now, object));
    }

    private void diagnose(Answer answer) throws CtlException {
        ClusterNode node = node("Nothing to diagnose: ");
        ClusterStatus now = node.status();
        Set<SeedAddress> addresses = new LinkedHashSet<>();
        now.running().forEach(one -> {
            SeedAddress address = one.address();
            if (address != null) {
                addresses.add(address);
            }
        });
        addresses.addAll(node.seeds());
        new Diagnosis(now, node.ask(addresses)).answer(answer);
    }
}
