package io.wkmq.channel.engine;

import io.wkmq.channel.ChannelException;
import io.wkmq.channel.audit.AuditAnswer;
import io.wkmq.channel.audit.AuditQuestion;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Has nodes repair their damaged replicas, then has those that differ from most fetched anew, one at a time so that the others stay
 * complete. Confined to one thread at a time, which blocks no longer than until the deadline plus one answer; afterwards it may
 * {@link #goOn}.
 */
final class ReplicaSync {
    private static final long ANSWER_SECONDS = 10;
    private static final long PAUSE_MS = 50;
    private static final ScrubReport NOTHING = new ScrubReport(false, 0, 0, 0, 0);

    /** What is known of a node. */
    private static final class Progress {
        private final Auditee node;
        private final Set<String> refilled = new LinkedHashSet<>(); // a copy may need it more than once
        private ScrubReport scrubbed = NOTHING;
        private @Nullable String problem;

        Progress(Auditee node) {
            this.node = node;
        }

        SyncReport.Node report() {
            return new SyncReport.Node(node.name(), scrubbed, List.copyOf(refilled), problem);
        }
    }

    private final List<Auditee> nodes;
    private final int replicas;
    private final List<Progress> all;
    private final Timing timing;
    private long endNanos;
    private long compared;

    /**
     * Creates a run over these nodes.
     *
     * @param replicas the number of replicas there should be, whether or not they are up
     * @param patienceMs how long it may take
     */
    ReplicaSync(List<Auditee> nodes, int replicas, Timing timing, long patienceMs) {
        this.nodes = nodes;
        this.replicas = replicas;
        this.all = nodes.stream().map(Progress::new).toList();
        this.timing = timing;
        this.endNanos = end(patienceMs);
    }

    private long end(long patienceMs) {
        return timing.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMs);
    }

    /** Extends the deadline to this long from now; results so far are kept. */
    void goOn(long patienceMs) {
        endNanos = end(patienceMs);
    }

    /**
     * Has all nodes scrub one channel or all; only once, however often it is called.
     *
     * @param channel its number; 0 for all
     * @return whether the scrub is complete
     */
    boolean scrub(int channel) throws ChannelException {
        List<Progress> left = new ArrayList<>(all);
        left.removeIf(each -> each.problem != null || each.scrubbed.done());
        while (!left.isEmpty() && timeLeft()) {
            List<CompletableFuture<AuditAnswer>> answers = left.stream()
                    .map(each -> ask(each, new AuditQuestion.Scrub(channel)))
                    .toList();
            for (int i = 0; i < answers.size(); i++) {
                scrubbed(left.get(i), Auditee.await(answers.get(i), ANSWER_SECONDS));
            }
            left.removeIf(each -> each.problem != null || each.scrubbed.done());
        }
        return left.isEmpty();
    }

    private static void scrubbed(Progress of, AuditAnswer answer) {
        if (answer instanceof AuditAnswer.Scrubbed found) {
            of.scrubbed =
                    new ScrubReport(found.done(), found.channels(), found.bytes(), found.damaged(), found.repaired());
            if (found.done() && found.repaired() < found.damaged()) {
                of.problem = (found.damaged() - found.repaired()) + " damaged records are not repaired";
            }
        } else {
            of.problem = Auditee.why(answer);
        }
    }

    boolean timeLeft() {
        return timing.nanoTime() - endNanos < 0;
    }

    /**
     * Compares a channel between the nodes, and has a node that differs from most in two comparisons fetch it anew.
     *
     * @return whether that is complete; false if the deadline has passed
     */
    boolean level(String name, int number) throws ChannelException {
        if (nodes.size() < 2) {
            return true;
        }
        ReplicaComparison.Odd odd = odd(name, number);
        for (int refilled = 1; odd != null; refilled++) {
            Progress node = all.get(odd.node());
            AuditAnswer answer = Auditee.await(ask(node, odd.question()), ANSWER_SECONDS);
            if (!(answer instanceof AuditAnswer.Refilling refilling)) {
                tell(node, name, Auditee.why(answer));
                compared++;
                return true;
            }
            if (refilling.begun()) {
                node.refilled.add(name);
            }
            if (!whole(node, number)) {
                return false;
            }
            odd = odd.more() && refilled < nodes.size() ? odd(name, number) : null;
        }
        compared++;
        return true;
    }

    /**
     * Returns the node that differs from most; null if there is none, or if it is unclear who is right, in which case the problems are
     * reported.
     */
    private ReplicaComparison.@Nullable Odd odd(String name, int number) throws ChannelException {
        ReplicaComparison comparison = new ReplicaComparison(name, number, nodes);
        ChannelVersion version = comparison.compare();
        ReplicaComparison.Odd odd = comparison.odd(replicas);
        if (odd != null) { // nodes may have been at different points: one that really differs does so again
            ReplicaComparison again = new ReplicaComparison(name, number, nodes);
            version = again.compare();
            ReplicaComparison.Odd second = again.odd(replicas);
            if (second != null && second.node() == odd.node()) {
                return second;
            }
        }
        for (int i = 0; i < all.size(); i++) {
            tell(all.get(i), name, version.replicas().get(i).problem());
        }
        return null;
    }

    /** Waits until the node has the channel again. */
    private boolean whole(Progress node, int number) throws ChannelException {
        while (!(Auditee.await(ask(node, new AuditQuestion.Extent(number)), ANSWER_SECONDS)
                instanceof AuditAnswer.Extent)) {
            if (!timeLeft()) {
                return false;
            }
            try {
                Thread.sleep(PAUSE_MS); // this thread has nothing else to do
            } catch (InterruptedException e) {
                throw Auditee.interrupted(e);
            }
        }
        return true;
    }

    /** Records the first problem of a node. */
    private static void tell(Progress node, String name, @Nullable String problem) {
        if (problem != null && node.problem == null) {
            node.problem = "channel " + name + ": " + problem;
        }
    }

    /** Returns the results so far. */
    SyncReport report(boolean done) {
        return new SyncReport(done, compared, all.stream().map(Progress::report).toList());
    }

    private static CompletableFuture<AuditAnswer> ask(Progress node, AuditQuestion question) {
        return node.node.asks().apply(question).toCompletableFuture();
    }
}
