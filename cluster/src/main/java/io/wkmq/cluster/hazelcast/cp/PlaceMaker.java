package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPMember;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vacates the places of nodes that were removed from their cluster, so that other nodes can keep the channels in their stead. Thread-safe.
 */
final class PlaceMaker {
    private static final Logger LOG = LoggerFactory.getLogger(PlaceMaker.class);

    /** The maximum number of members whose last logged obstacle is remembered. */
    static final int TOLD_MAX = 64;

    private final CpMembers members;
    private final int count;

    /** Why removed members have not vacated their places yet, as last determined. */
    private final Map<UUID, String> told = new ConcurrentHashMap<>();

    /**
     * Creates a maker of places among those members.
     *
     * @param count how many members there are to be
     */
    PlaceMaker(CpMembers members, int count) {
        this.members = members;
        this.count = count;
    }

    /** Vacates the place of a removed member, as {@link io.wkmq.channel.engine.GroupLogs#makePlace}. */
    CompletionStage<Boolean> make(UUID removed, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        if (!gone.test(removed) || !members.mayBeMember(removed)) {
            told.remove(removed);
            return CompletableFuture.completedFuture(false);
        }
        return members.anybodyWaits()
                .<Collection<CPMember>>thenCompose(
                        waits -> waits ? members.all() : CompletableFuture.completedFuture(List.<CPMember>of()))
                .<Boolean>thenCompose(all -> all.size() >= count
                                && all.stream()
                                        .anyMatch(member -> member.getUuid().equals(removed))
                        ? ask(removed, all, here, gone)
                        : CompletableFuture.completedFuture(false))
                .whenComplete((done, failure) -> {
                    if (failure != null) {
                        tell(removed, String.valueOf(failure));
                    }
                });
    }

    /**
     * Removed members that are also gone are not waited for. The conditions are checked last, since one of these may have come back
     * meanwhile.
     */
    private CompletionStage<Boolean> ask(
            UUID removed, Collection<CPMember> all, Supplier<Set<UUID>> here, Predicate<UUID> gone) {
        Map<UUID, CompletableFuture<Boolean>> whole = new HashMap<>();
        Map<UUID, CompletableFuture<Boolean>> away = new HashMap<>();
        for (CPMember each : all) {
            UUID id = each.getUuid();
            if (gone.test(id)) {
                away.put(id, ask(each, found -> found.isEmpty(), failure -> !(failure instanceof TimeoutException)));
            } else {
                whole.put(id, ask(each, found -> found.isPresent() && found.get().length == 0, failure -> false));
            }
        }
        CompletableFuture<?>[] asked = List.of(whole, away).stream()
                .flatMap(each -> each.values().stream())
                .toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(asked).<Boolean>thenCompose(nothing -> {
            String why = whyNot(removed, whole, away, here.get(), gone);
            if (why != null) {
                tell(removed, why);
                return CompletableFuture.completedFuture(false);
            }
            return takeOff(removed);
        });
    }

    /** Completes with whether the member's answer about its incomplete groups, or its failure to answer, satisfies the given test. */
    private CompletableFuture<Boolean> ask(
            CPMember member, Predicate<Optional<int[]>> answers, Predicate<@Nullable Throwable> fails) {
        return members.filling(member)
                .handle((answer, failure) -> answer == null ? fails.test(cause(failure)) : answers.test(answer))
                .toCompletableFuture();
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private static @Nullable String whyNot(
            UUID removed,
            Map<UUID, CompletableFuture<Boolean>> whole,
            Map<UUID, CompletableFuture<Boolean>> away,
            Set<UUID> here,
            Predicate<UUID> gone) {
        if (!away.containsKey(removed) || !away.keySet().stream().allMatch(gone)) {
            return "it is not known any more that it is removed and gone, or this node does not lead the registry";
        }
        if (!away.values().stream().allMatch(CompletableFuture::join)
                || away.keySet().stream().anyMatch(here::contains)) {
            return "a node that is here has the replica of one that is removed, or does not say that it has not";
        }
        if (whole.size() <= away.size()) {
            return "those that are not removed are " + whole.size() + " of " + (whole.size() + away.size())
                    + " that keep the channels; expected most of them";
        }
        if (!whole.values().stream().allMatch(CompletableFuture::join)) {
            return "not all others that keep the channels say that they miss nothing";
        }
        return here.containsAll(whole.keySet())
                ? null
                : "not all others that keep the channels are here and in the registry";
    }

    /** Removes the member. Success is logged here, since the caller may have gone meanwhile. */
    private CompletionStage<Boolean> takeOff(UUID removed) {
        return members.takeOff(removed).thenApply(nothing -> {
            told.remove(removed);
            LOG.info(
                    "A removed node keeps the channels no more, one that waits may take its place replica={}", removed);
            return true;
        });
    }

    private void tell(UUID removed, String why) {
        if (told.size() >= TOLD_MAX) {
            told.clear();
        }
        if (!why.equals(told.put(removed, why))) {
            LOG.info(
                    "A node waits for a replica's place that a removed node still holds replica={} why={}",
                    removed,
                    why);
        }
    }
}
