package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditQuestion;
import io.wkmq.routing.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One comparison of a channel between nodes: {@link #compare}, then optionally {@link #verify}. Confined to one thread, which it blocks.
 */
final class ReplicaComparison {
    private static final long PATIENCE_SECONDS = 30;

    /** A node may not have written yet what it knows. */
    private static final int TRIES = 5;

    /**
     * By how many records a copy may lag behind all replicas and still be compared: the replicas then still know their digest at that
     * point.
     */
    private static final int COPY_BEHIND_MAX = Auditor.PREFIX_RECORDS / 2;

    /**
     * The answers of nodes, keyed by their position in the list of nodes.
     *
     * @param copies nodes whose answers do not count if there is an answer from a replica
     */
    private record Answers(Map<Integer, AuditAnswer> byNode, Set<Integer> copies) {
        /** Returns the nodes whose answer is not that of most replicas; all nodes if answers differ and none has most votes. */
        List<Integer> odd() {
            Map<AuditAnswer, List<Integer>> same = new LinkedHashMap<>();
            byNode.forEach((node, answer) ->
                    same.computeIfAbsent(answer, first -> new ArrayList<>()).add(node));
            boolean alone = copies.containsAll(byNode.keySet());
            long most = same.values().stream()
                    .mapToLong(nodes -> votes(nodes, alone))
                    .max()
                    .orElse(0);
            boolean clear = same.values().stream()
                            .filter(nodes -> votes(nodes, alone) == most)
                            .count()
                    == 1;
            return same.values().stream()
                    .filter(nodes -> !clear || votes(nodes, alone) < most)
                    .flatMap(List::stream)
                    .sorted()
                    .toList();
        }

        private long votes(List<Integer> nodes, boolean alone) {
            return nodes.stream()
                    .filter(node -> alone || !copies.contains(node))
                    .count();
        }
    }

    /**
     * A node with content that differs from that of most nodes.
     *
     * @param node its position in the list of nodes
     * @param question the request that has it fetch the channel anew
     * @param more whether there are others, which are copies
     */
    record Odd(int node, AuditQuestion.Refill question, boolean more) {}

    private final String channel;
    private final int number;
    private final List<Auditee> nodes;
    private final Runnable asking;
    private final List<ChannelVersion.Replica> replicas = new ArrayList<>();

    /** Nodes with content that differs from that of most. */
    private final SortedSet<Integer> strayed = new TreeSet<>();

    /** Nodes that have reported to be learners: only they can be in the wrong. */
    private final Set<Integer> copies = new HashSet<>();

    private long last;
    private long records;

    /**
     * Creates a comparison of a channel.
     *
     * @param number its number
     * @param nodes the nodes asked; no other node's replica counts
     */
    ReplicaComparison(String channel, int number, List<Auditee> nodes) {
        this(channel, number, nodes, () -> {});
    }

    /**
     * Creates a comparison of a channel that can be interrupted.
     *
     * @param asking run before each question; may throw to end the comparison
     */
    ReplicaComparison(String channel, int number, List<Auditee> nodes, Runnable asking) {
        this.channel = channel;
        this.number = number;
        this.nodes = nodes;
        this.asking = asking;
    }

    ChannelVersion compare() throws ChannelException {
        List<Integer> all = new ArrayList<>();
        for (Auditee node : nodes) {
            all.add(all.size());
            replicas.add(new ChannelVersion.Replica(node.name(), 0, -1, null, null));
        }
        extents(ask(all, new AuditQuestion.Extent(number)));
        Map<Integer, AuditAnswer> digests = digests();
        strayed.addAll(new Answers(digests, copies).odd());
        strayed.forEach(node -> problem(node, "what it was given up to record " + last + " is not what others were"));
        return result();
    }

    private void extents(Map<Integer, AuditAnswer> extents) {
        extents.forEach((node, answer) -> {
            if (answer instanceof AuditAnswer.Extent extent) {
                if (extent.copy()) {
                    copies.add(node);
                }
                replicas.set(
                        node,
                        new ChannelVersion.Replica(
                                nodes.get(node).name(), extent.first(), extent.next() - 1, null, null));
            } else {
                problem(node, Auditee.why(answer));
            }
        });
        List<Integer> counting =
                sound().stream().filter(node -> !copies.contains(node)).toList();
        long common = least(counting.isEmpty() ? sound() : counting);
        long first = counting.stream()
                .mapToLong(node -> replicas.get(node).first())
                .max()
                .orElse(0);
        for (int node : copies) {
            long copied = replicas.get(node).last();
            long margin = Math.max(0, common - first) / 2; // retention may trim that much before the digests are read
            boolean trimmed = copied < first - 1 + margin; // then its records cannot be compared
            if (trimmed || copied < common - COPY_BEHIND_MAX) {
                problem(
                        node,
                        "it has record " + copied + " as the last one, and follows others that have " + first + " to "
                                + common);
            }
        }
        last = least(sound());
    }

    /** Returns the last record that all of these nodes have. */
    private long least(List<Integer> among) {
        return among.stream().mapToLong(node -> replicas.get(node).last()).min().orElse(0);
    }

    /**
     * Returns, after {@link #compare}, the one replica that differs from at least two others that agree, or a copy if no replica differs;
     * null if there is none, or if it is unclear who is right.
     *
     * @param expected the number of replicas there should be: those that agree must be a majority of these, not only of those that are up
     */
    @Nullable
    Odd odd(int expected) {
        List<Long> agreed = agreed().stream()
                .map(node -> replicas.get(node).digest())
                .filter(Objects::nonNull)
                .toList();
        List<Integer> wrong =
                strayed.stream().filter(node -> !copies.contains(node)).toList();
        if (strayed.isEmpty() || wrong.size() > 1 || agreed.size() < 2 || agreed.size() <= expected / 2) {
            return null;
        }
        List<NodeId> donors = agreed().stream()
                .map(node -> nodes.get(node).id())
                .filter(Objects::nonNull)
                .toList();
        int first = wrong.isEmpty() ? strayed.first() : wrong.get(0);
        return new Odd(first, new AuditQuestion.Refill(number, last, agreed.get(0), donors), strayed.size() > 1);
    }

    /** Returns the replicas that agree with most. */
    private List<Integer> agreed() {
        return sound().stream()
                .filter(node -> !copies.contains(node) && replicas.get(node).digest() != null)
                .toList();
    }

    private Map<Integer, AuditAnswer> digests() throws ChannelException {
        Map<Integer, AuditAnswer> found = new HashMap<>();
        Map<Integer, AuditAnswer> refused = Map.of();
        for (int attempt = 0; attempt < TRIES && found.size() < sound().size(); attempt++) {
            List<Integer> left =
                    sound().stream().filter(node -> !found.containsKey(node)).toList();
            refused = ask(left, new AuditQuestion.Prefix(number, last));
            refused.forEach((node, answer) -> {
                if (answer instanceof AuditAnswer.Prefix prefix) {
                    found.put(node, prefix);
                    ChannelVersion.Replica known = replicas.get(node);
                    replicas.set(
                            node,
                            new ChannelVersion.Replica(
                                    known.node(), known.first(), known.last(), prefix.digest(), null));
                }
            });
        }
        refused.forEach((node, answer) -> {
            if (!found.containsKey(node)) {
                problem(node, Auditee.why(answer));
            }
        });
        return found;
    }

    ChannelVersion verify() throws ChannelException {
        verifySound();
        if (!strayed.isEmpty()) {
            List<Integer> sound = sound();
            locate(sound.isEmpty() ? strayed.first() : sound.get(0));
        }
        return result();
    }

    private void verifySound() throws ChannelException {
        List<Integer> left = new ArrayList<>(sound());
        long from = left.stream()
                .mapToLong(node -> replicas.get(node).first())
                .max()
                .orElse(1);
        while (from <= last && !left.isEmpty()) {
            Map<Integer, AuditAnswer> answers = ask(left, range(from, last + 1));
            long trimmed = trimmed(answers, from);
            if (trimmed > from) {
                from = trimmed;
                continue;
            }
            answers.forEach((node, answer) -> {
                if (!(answer instanceof AuditAnswer.Range)) {
                    problem(node, Auditee.why(answer));
                }
            });
            left.retainAll(sound());
            answers.keySet().retainAll(left);
            if (left.isEmpty()) {
                break;
            }
            long next = next(answers, last + 1);
            if (same(left, answers, from, next)) {
                records += next - from;
                from = next;
            } else {
                difference(left, from, next);
                left.retainAll(sound());
            }
        }
    }

    /** Determines which records of the nodes that differ are not those of the given node. */
    private void locate(int of) throws ChannelException {
        for (int node : strayed) {
            if (node != of) {
                String where = differences(List.of(of, node));
                more(node, where);
                if (strayed.contains(of) && node == strayed.last()) { // it is unknown which one is right
                    more(of, where);
                }
            }
        }
    }

    private void more(int node, String what) {
        problem(node, replicas.get(node).problem() + "; " + what);
    }

    private String differences(List<Integer> two) throws ChannelException {
        long from =
                two.stream().mapToLong(node -> replicas.get(node).first()).max().orElse(1);
        long first = 0;
        long latest = 0;
        while (from <= last) {
            Map<Integer, AuditAnswer> answers = ask(two, range(from, last + 1));
            long trimmed = trimmed(answers, from);
            if (trimmed > from) {
                from = trimmed;
                continue;
            }
            for (Map.Entry<Integer, AuditAnswer> answer : answers.entrySet()) {
                if (!(answer.getValue() instanceof AuditAnswer.Range)) {
                    return "which records is not known: on node "
                            + Objects.requireNonNullElse(
                                    nodes.get(answer.getKey()).name(), "that was asked") + ", "
                            + Auditee.why(answer.getValue());
                }
            }
            long next = next(answers, last + 1);
            if (!same(two, answers, from, next)) {
                first = first == 0 ? firstDifference(two, from, next) : first;
                latest = lastDifference(two, from, next);
            }
            from = next;
        }
        return first == 0
                ? "the records that are left are the same"
                : "the first record that is another one is " + first + ", the last one " + latest;
    }

    /** Returns whether all have the same records up to {@code next}; they may have read to different points. */
    private boolean same(List<Integer> asked, Map<Integer, AuditAnswer> answers, long from, long next)
            throws ChannelException {
        return new Answers(answers, copies).odd().isEmpty()
                || new Answers(ask(asked, range(from, next)), copies).odd().isEmpty();
    }

    private AuditQuestion range(long from, long to) {
        return new AuditQuestion.Range(number, from, to);
    }

    private static long trimmed(Map<Integer, AuditAnswer> answers, long from) {
        long first = from;
        for (AuditAnswer answer : answers.values()) {
            if (answer instanceof AuditAnswer.Trimmed trimmed) {
                first = Math.max(first, trimmed.first());
            }
        }
        return first;
    }

    /** Returns how far all of them have read. */
    private static long next(Map<Integer, AuditAnswer> answers, long end) {
        long next = end;
        for (AuditAnswer answer : answers.values()) {
            if (answer instanceof AuditAnswer.Range range) {
                next = Math.min(next, range.next());
            }
        }
        return next;
    }

    /** Finds the first record that is not the same on all nodes, and which nodes differ from most. */
    private void difference(List<Integer> among, long from, long end) throws ChannelException {
        long seq = firstDifference(among, from, end);
        Map<Integer, AuditAnswer> answers = ask(among, range(seq, seq + 1));
        List<Integer> odd = new Answers(answers, copies).odd();
        (odd.isEmpty() ? among : odd)
                .forEach(node -> problem(
                        node,
                        answers.get(node) instanceof AuditAnswer.Range
                                ? "record " + seq + " is another one than on other nodes"
                                : Auditee.why(answers.getOrDefault(node, new AuditAnswer.Refused("no answer")))));
    }

    private long firstDifference(List<Integer> among, long from, long end) throws ChannelException {
        long low = from;
        long high = end; // some record before it differs
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (new Answers(ask(among, range(low, middle)), copies).odd().isEmpty()) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private long lastDifference(List<Integer> among, long from, long end) throws ChannelException {
        long low = from; // it differs, or some record after it
        long high = end;
        while (high - low > 1) {
            long middle = (low + high) / 2;
            if (new Answers(ask(among, range(middle, high)), copies).odd().isEmpty()) {
                high = middle;
            } else {
                low = middle;
            }
        }
        return low;
    }

    private List<Integer> sound() {
        List<Integer> sound = new ArrayList<>();
        for (int node = 0; node < nodes.size(); node++) {
            if (replicas.get(node).problem() == null) {
                sound.add(node);
            }
        }
        return sound;
    }

    private void problem(int node, String what) {
        replicas.set(node, replicas.get(node).with(what));
    }

    private ChannelVersion result() {
        return new ChannelVersion(channel, last, records, replicas);
    }

    /** Asks nodes concurrently; a node that does not answer counts as refusing. */
    private Map<Integer, AuditAnswer> ask(List<Integer> asked, AuditQuestion question) throws ChannelException {
        asking.run();
        Map<Integer, CompletableFuture<AuditAnswer>> answers = asked.stream()
                .collect(Collectors.toMap(
                        node -> node,
                        node -> nodes.get(node)
                                .asks()
                                .apply(question)
                                .exceptionally(failure -> new AuditAnswer.Refused("no answer: " + failure.getMessage()))
                                .toCompletableFuture()));
        Map<Integer, AuditAnswer> all = new HashMap<>();
        for (Map.Entry<Integer, CompletableFuture<AuditAnswer>> each : answers.entrySet()) {
            all.put(each.getKey(), Auditee.await(each.getValue(), PATIENCE_SECONDS));
        }
        return all;
    }
}
