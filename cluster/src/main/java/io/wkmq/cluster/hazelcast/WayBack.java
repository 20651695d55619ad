package io.wkmq.cluster.hazelcast;

import io.wkmq.cluster.membership.Node;
import io.wkmq.cluster.membership.SeedAddress;
import io.wkmq.cluster.security.ClusterFront;
import io.wkmq.cluster.security.Introduction;
import io.wkmq.cluster.security.Verdict;
import io.wkmq.cluster.security.Verdict.Code;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Checks that this node reaches one that is about to join: it has to connect to both its member port and its link port. Runs a few checks
 * at a time, on threads that end when idle. Thread-safe; does not block.
 */
final class WayBack {
    private static final int THREADS_MAX = 8;

    /** At most one check may wait per running check, so that the wait at most doubles the time. */
    private static final int WAITING_MAX = THREADS_MAX;

    private static final int IDLE_SECONDS = 5;

    private final Node self;
    private final EnquiryClient enquiries;
    private final ThreadPoolExecutor threads;

    WayBack(Node self, EnquiryClient enquiries) {
        this.self = self;
        this.enquiries = enquiries;
        threads = new ThreadPoolExecutor(
                THREADS_MAX,
                THREADS_MAX,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(WAITING_MAX),
                task -> {
                    Thread made = new Thread(task, "wkmq-way-back");
                    made.setDaemon(true);
                    return made;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Returns the longest time a check takes, as long as not too many nodes join at a time. */
    static Duration limit(ClusterFront front) {
        return front.handshakeLimit().multipliedBy(2);
    }

    /** Accepts a node that is reachable at the ports that it names, or refuses it with the reason. */
    CompletionStage<Verdict> look(Introduction asker, Enquiry.Question question) {
        try {
            CompletableFuture<Verdict> members = look(asker.node(), question.memberPort());
            CompletableFuture<Verdict> links = look(asker.node(), question.linkPort());
            return members.thenCombine(links, (one, other) -> one.accepted() ? other : one);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(Verdict.refusal(
                    Code.OTHER, "Too many nodes join by node " + self.name() + " at a time; try again"));
        }
    }

    private CompletableFuture<Verdict> look(Node node, int port) {
        if (port == 0) {
            return CompletableFuture.completedFuture(Verdict.OK);
        }
        SeedAddress address = new SeedAddress(node.name().host(), port);
        return CompletableFuture.supplyAsync(
                () -> verdict(self, node, address, enquiries.knock(address, node.id())), threads);
    }

    /** Makes a verdict from the result of probing a node's address; a null obstacle means that it was reached. */
    static Verdict verdict(Node from, Node to, SeedAddress address, @Nullable String obstacle) {
        return obstacle == null
                ? Verdict.OK
                : Verdict.refusal(
                        Code.NO_WAY,
                        "Node " + from.name() + " does not get to node " + to.name() + " at " + address + ": "
                                + obstacle
                                + "; TCP has to pass, both ways, to the ports from node.dist_listen_min to"
                                + " node.dist_listen_max of each node");
    }
}
