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
 * Has this node take a place among those that keep the channels: its own, if it is here anew since its log was lost, else that of one that was
 * removed. If there is none it says whose logs this node is to follow. Belongs to who asks for the logs; blocks.
 */
final class PlaceTaker {
    private static final Logger LOG = LoggerFactory.getLogger(PlaceTaker.class);

    private final CpMembers members;
    private final WantedPlace wanted;
    private final int count;
    private final LongSupplier nanos;

    /** Whether this process took the place of who this node was off, to take it itself. */
    private boolean freedOwnPlace;

    /** That this node is taken in, as this process asked last; null if it did not, or among others. */
    private @Nullable Promotion promotion;

    /** Among whom it asked for that, or freed a place, last: ids that nobody has elsewhere. Empty if it did not. */
    private Set<UUID> askedAmong = Set.of();

    /**
     * What was asked.
     *
     * @param answer ends by Hazelcast's own limits, or perhaps never once the node was started again
     * @param start the start of the node by which it was asked
     */
    private record Promotion(CompletableFuture<Void> answer, Object start) {
        boolean goesOn(Object now) {
            return !answer.isDone() && start.equals(now);
        }

        /** Whether it may have happened all the same. */
        boolean unanswered(Object now) {
            return answer.isDone() ? answer.isCompletedExceptionally() : !start.equals(now);
        }
    }

    /**
     * Among those members.
     *
     * @param wanted is told what this node wants
     * @param count how many of them there are to be
     * @param nanos the time, as {@link System#nanoTime}
     */
    PlaceTaker(CpMembers members, WantedPlace wanted, int count, LongSupplier nanos) {
        this.members = members;
        this.wanted = wanted;
        this.count = count;
        this.nanos = nanos;
    }

    /**
     * Does what there is to do now, of a node that is no member.
     *
     * @param limit how long each step may take at most
     * @param followed whose logs it followed before; none if it did not
     * @return those that keep the logs, if others have all places
     * @throws NewcomerException if it is to be called again
     * @throws LogClosedException if this node cannot be one of them, and not follow them either
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

    /** What this node has of channels is of no use to others, and theirs not to it. */
    private static void requireSame(Collection<CPMember> all, Set<UUID> followed) throws LogClosedException {
        if (!followed.isEmpty() && all.stream().map(CPMember::getUuid).noneMatch(followed::contains)) {
            throw new LogClosedException(
                    "This node has copies of channels that " + followed + " kept, and they are kept by " + ids(all)
                            + " here; expected an empty data directory, with which it is as any node without channels",
                    null);
        }
    }

    /** Who this process asked to be: it may have been taken in as that one, but was not told so, and nobody is it. */
    private List<CPMember> unanswered(Collection<CPMember> all) {
        Promotion asked = promotion;
        return asked != null && asked.unanswered(members.start()) ? members.inPlaceOfThis(all) : List.of();
    }

    /** The process outlives a join to another cluster: what it asked for in the one before says nothing of who is listed in this one. */
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

    /** Says so first, and takes it at once: else one that waits for a place could take it. */
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

    /** Nobody refuses one that is too many. So it is looked at immediately before: another may have come meanwhile, or this node to others. */
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
     * All places are taken. One that was removed from the cluster makes place soon for this node, which is here and says that it waits. A
     * replica that was here is lost, and counts: nobody would see that if this node did without it.
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
