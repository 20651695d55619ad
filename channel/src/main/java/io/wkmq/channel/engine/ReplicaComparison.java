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
 * One comparison of what nodes have of a channel: {@link #compare}, then {@link #verify} if that is wanted. One thread, which blocks.
 */
final class ReplicaComparison {
    private static final long PATIENCE_SECONDS = 30;

    /** A node may not have written yet what it knows. */
    private static final int TRIES = 5;

    /** By how many records a copy may be behind all replicas that is compared, if they have those: so they still know what they were then. */
    private static final int COPY_BEHIND_MAX = Auditor.PREFIX_RECORDS / 2;

    /**
     * What nodes have answered, by their places in the list of them.
     *
     * @param copies those that do not count, as long as one answers that does
     */
    private record Answers(Map<Integer, AuditAnswer> byNode, Set<Integer> copies) {
        /** The nodes that have not answered what most replicas have; all if they answer differently and no answer is that of most. */
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
     * A node that was given something else than most.
     *
     * @param node its place in the list of them
     * @param question what has it fetch the channel anew
     * @param more whether there are others, which are copies
     */
    record Odd(int node, AuditQuestion.Refill question, boolean more) {}

    private final String channel;
    private final int number;
    private final List<Auditee> nodes;
    private final Runnable asking;
    private final List<ChannelVersion.Replica> replicas = new ArrayList<>();

    /** Those that were given something else than most. */
    private final SortedSet<Integer> strayed = new TreeSet<>();

    /** Those that have said that they follow replicas of others: they can be the odd ones only. */
    private final Set<Integer> copies = new HashSet<>();

    private long last;
    private long records;

    /**
     * Of a channel.
     *
     * @param number its number
     * @param nodes who is asked; no replica of another one counts
     */
    ReplicaComparison(String channel, int number, List<Auditee> nodes) {
        this(channel, number, nodes, () -> {});
    }

    /**
     * The same.
     *
     * @param asking is run before each question; may throw to end the comparison
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
            if (copied < common - COPY_BEHIND_MAX || copied < first - 1 + margin) { // trimmed records cannot be compared
                problem(
                        node,
                        "it has record " + copied + " as the last one, and follows others that have " + first + " to "
                                + common);
            }
        }
        last = least(sound());
    }

    /** The last record that all of them have. */
    private long least(List<Integer> among) {
        return among.stream().mapToLong(node -> replicas.get(node).last()).min().orElse(0);
    }

    /**
     * Who alone of the replicas was given something else than at least two others, who agree, after {@link #compare}, or a copy if no replica
     * was: its place in the list of nodes, and what has it set right; null if there is none, or nobody knows who is right.
     *
     * @param expected how many replicas there are to be: those that agree have to be most of them, and not only of those that are here
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

    /** The replicas that have what most have. */
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

    /** Says which records of those that were given something else are not those of that node. */
    private void locate(int of) throws ChannelException {
        for (int node : strayed) {
            if (node != of) {
                String where = differences(List.of(of, node));
                more(node, where);
                if (strayed.contains(of) && node == strayed.last()) { // nobody knows which is right
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

    /** Whether all have the same up to there; they may not have looked equally far. */
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

    /** How far all of them have looked. */
    private static long next(Map<Integer, AuditAnswer> answers, long end) {
        long next = end;
        for (AuditAnswer answer : answers.values()) {
            if (answer instanceof AuditAnswer.Range range) {
                next = Math.min(next, range.next());
            }
        }
        return next;
    }

    /** Finds the first record that is not the same on all of them, and who has another one than most. */
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
        long high = end; // some record in front of it differs
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
        long low = from; // it differs, or some record behind it
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

    /** Asks nodes at the same time; who does not answer has refused. */
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
