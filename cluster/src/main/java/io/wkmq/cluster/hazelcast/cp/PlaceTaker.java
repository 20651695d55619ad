package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPMember;
import io.wkmq.channel.engine.LogClosedException;
import io.wkmq.channel.engine.NewcomerException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a place for this node among the nodes that keep the channels: its own former one if its log was lost, otherwise that of a removed
 * node. If there is none, determines whose logs this node is to follow. Owned by the caller that requests the logs; blocks.
 */
final class PlaceTaker {
    private static final Logger LOG = LoggerFactory.getLogger(PlaceTaker.class);

    private final CpMembers members;
    private final WantedPlace wanted;
    private final int count;
    private final LongSupplier nanos;

    /** Whether this process removed this node's former identity in order to take its place. */
    private boolean freedOwnPlace;

    /** The last promotion that this process requested; null if it requested none, or did so among other members. */
    private @Nullable Promotion promotion;

    /**
     * The ids of the members among which it last requested a promotion or vacated its place; ids are unique, so none occurs elsewhere.
     * Empty if it did neither.
     */
    private Set<UUID> askedAmong = Set.of();

    /**
     * A request to become a member.
     *
     * @param answer completes by Hazelcast's own limits, or possibly never if the node is restarted
     * @param start the run of the node that made the request
     */
    private record Promotion(CompletableFuture<Void> answer, Object start) {
        boolean goesOn(Object now) {
            return !answer.isDone() && start.equals(now);
        }

        /** Returns whether it may have succeeded although no success was reported. */
        boolean unanswered(Object now) {
            return answer.isDone() ? answer.isCompletedExceptionally() : !start.equals(now);
        }
    }

    /**
     * Creates a taker of places among those members.
     *
     * @param wanted is told what this node wants
     * @param count how many members there are to be
     * @param nanos the clock, as {@link System#nanoTime}
     */
    PlaceTaker(CpMembers members, WantedPlace wanted, int count, LongSupplier nanos) {
        this.members = members;
        this.wanted = wanted;
        this.count = count;
        this.nanos = nanos;
    }

    /**
     * Performs the next step of a node that is not a member.
     *
     * @param limit the limit for each single question
     * @param followed the members whose logs this node followed before; empty if it did not follow any
     * @return the members that keep the logs, if all places are taken
     * @throws NewcomerException if it has to be called again
     * @throws LogClosedException if this node can neither become a member nor follow the members
     */
    Set<UUID> take(Duration limit, Set<UUID> followed) throws IOException, InterruptedException {
        try {
            return step(limit, followed);
        } catch (ExecutionException | TimeoutException e) {
            throw new NewcomerException(
                    "The nodes that keep the channels do not say who they are, or too few are here: " + e);
        }
    }

    private Set<UUID> step(Duration limit, Set<UUID> followed)
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        Collection<CPMember> all = await(members.all(), limit);
        forgetOthers(all);
        Promotion asked = promotion;
        if (asked != null && asked.goesOn(members.start())) {
            throw new NewcomerException("This node is being taken in by those that keep the channels");
        }
        if (members.joined()) {
            throw new NewcomerException("This node was taken in by those that keep the channels");
        }
        requireSame(all, followed);
        List<CPMember> former = members.former(all);
        if (former.isEmpty()) {
            former = unanswered(all);
        }
        if (!former.isEmpty()) {
            throw takeOwnPlace(former, all, limit, followed);
        }
        if (all.size() >= count && members.logLost() && !freedOwnPlace && followed.isEmpty()) {
            throw new NewcomerException(
                    "The log of this node was damaged and put aside, and does not say who it was by that; expected"
                            + " wkctl raft remove of this node on another one");
        }
        if (all.size() < count) {
            throw takeFreePlace(limit, followed);
        }
        return doWithout(all);
    }

    static Set<UUID> ids(Collection<CPMember> all) {
        return all.stream().map(CPMember::getUuid).collect(Collectors.toUnmodifiableSet());
    }

    /** Copies of other members' channels are useless here, as are these members' channels to this node. */
    private static void requireSame(Collection<CPMember> all, Set<UUID> followed) throws LogClosedException {
        if (!followed.isEmpty() && all.stream().map(CPMember::getUuid).noneMatch(followed::contains)) {
            throw new LogClosedException(
                    "This node has copies of channels that " + followed + " kept, and they are kept by " + ids(all)
                            + " here; expected an empty data directory, with which it is as any node without channels",
                    null);
        }
    }

    /**
     * Returns the members at this node's address if this process requested a promotion without getting an answer: it may have been promoted
     * as one of them, which then nobody is.
     */
    private List<CPMember> unanswered(Collection<CPMember> all) {
        Promotion asked = promotion;
        return asked != null && asked.unanswered(members.start()) ? members.inPlaceOfThis(all) : List.of();
    }

    /**
     * Forgets what was requested in another cluster: the process survives a join, and the requests say nothing about members listed here.
     */
    private void forgetOthers(Collection<CPMember> all) {
        if (!askedAmong.isEmpty() && ids(all).stream().noneMatch(askedAmong::contains)) {
            askedAmong = Set.of();
            promotion = null;
            freedOwnPlace = false;
            wanted.hasNoneOfItsOwn();
        }
    }

    private static <T> T await(CompletionStage<T> answer, Duration limit)
            throws ExecutionException, TimeoutException, InterruptedException {
        return answer.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Announces its intention first and takes the place at once; otherwise a node that waits for a place could take it. */
    private IOException takeOwnPlace(
            List<CPMember> former, Collection<CPMember> all, Duration limit, Set<UUID> followed)
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        LOG.warn(
                "This node is none of those that keep the channels any more, as which it was known; they are removed, and it"
                        + " takes its own place members={}",
                former);
        askedAmong = ids(all);
        wanted.takesItsOwn();
        freedOwnPlace = true;
        for (CPMember each : former) {
            await(members.takeOff(each.getUuid()), limit);
        }
        return promote(limit, followed);
    }

    private IOException takeFreePlace(Duration limit, Set<UUID> followed)
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        boolean patient = wanted.free(nanos.getAsLong());
        if (!wanted.takingItsOwn() && await(members.anybodyIsFirst(patient), limit)) {
            return new NewcomerException(
                    "Another node takes its own place first, whose log was damaged, or one that waits as this one does");
        }
        return promote(limit, followed);
    }

    /**
     * Requests the promotion. Hazelcast does not refuse a member in excess of the count, so the members are checked again immediately
     * before: another node may have been promoted meanwhile, or this one may have come among other nodes.
     */
    private NewcomerException promote(Duration limit, Set<UUID> followed)
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        Object start = members.start();
        Collection<CPMember> all = await(members.all(), limit);
        requireSame(all, followed);
        List<CPMember> unknown = members.inPlaceOfThis(all);
        if (!unknown.isEmpty()) {
            return new NewcomerException("This node is where " + unknown + " is to keep the channels, and is not that"
                    + " one; expected the data directory of that one, or wkctl raft remove of it on another node");
        }
        if (all.size() >= count) {
            return new NewcomerException("Another node was faster to take the place of one that was removed");
        }
        askedAmong = ids(all);
        CompletableFuture<Void> answer = members.promote().toCompletableFuture();
        promotion = new Promotion(answer, start);
        await(answer, limit);
        return new NewcomerException("This node takes a place among those that keep the channels");
    }

    /**
     * Handles the case that all places are taken. The place of a node that was removed from the cluster is vacated soon for this node,
     * which is present and says that it waits. If a listed member has this node's address, a replica was lost here and still counts; the
     * node must not follow instead, since nobody would notice the loss.
     */
    private Set<UUID> doWithout(Collection<CPMember> all) throws IOException {
        boolean mayFollow = members.inPlaceOfThis(all).isEmpty();
        if (!members.othersHere(all) && wanted.full(nanos.getAsLong(), mayFollow)) {
            throw new NewcomerException(
                    "Other nodes keep the channels; one that was removed from the cluster would make place");
        }
        if (!mayFollow) {
            throw new LogClosedException(
                    "A node at this one's address keeps channels, but this one has none of its data; expected it to be"
                            + " stopped, wkctl cluster remove or wkctl raft remove of it on another one, and it to be started again",
                    null);
        }
        wanted.taken();
        LOG.info("This node follows the channel replicas as a learner replicas={}", all);
        return ids(all);
    }
}
