package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cluster.Address;
import com.hazelcast.cp.CPMember;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Scripted members of a CP subsystem, for a node that may be one of them. Not thread-safe. */
final class FakeMembers implements CpMembers {
    /** Who keeps the channels. */
    final Map<UUID, CPMember> list = new HashMap<>();

    /** What each answers that it misses; empty if another one is where it was; fails if it has none here. */
    final Map<UUID, Optional<int[]>> filling = new HashMap<>();

    /** What each fails with. */
    final Map<UUID, Exception> failing = new HashMap<>();

    /** What this node was, by its lost log. */
    final List<UUID> former = new ArrayList<>();

    /** Those whose nodes are not here. */
    final Set<UUID> away = new HashSet<>();

    /** What was asked for, in its order. */
    final List<String> asked = new ArrayList<>();

    /** What is to happen before the members are told, one thing each time. */
    final Deque<Runnable> meanwhile = new ArrayDeque<>();

    /** Fails the next question for the members. */
    boolean silent;

    boolean joined;
    boolean logLost;

    /** Which start of the node asks. */
    Object start = new Object();

    boolean waits = true;
    boolean first;

    /** Whether the one that comes first only waits, too. */
    boolean firstWaits;

    CompletableFuture<Void> promotion = CompletableFuture.completedFuture(null);

    static UUID id(int number) {
        return new UUID(0, number);
    }

    /** A member with its own address. */
    record Fake(UUID getUuid, String host) implements CPMember {
        @Override
        public UUID getUuid() {
            return getUuid;
        }

        @Override
        public Address getAddress() {
            throw new UnsupportedOperationException();
        }
    }

    /** Adds members that miss nothing. */
    void add(int... numbers) {
        for (int number : numbers) {
            list.put(id(number), new Fake(id(number), "node" + number));
            filling.put(id(number), Optional.of(new int[0]));
        }
    }

    @Override
    public CompletionStage<Collection<CPMember>> all() {
        Runnable next = meanwhile.poll();
        if (next != null) {
            next.run();
        }
        return silent
                ? CompletableFuture.failedFuture(new IllegalStateException("made by the test"))
                : CompletableFuture.completedFuture(List.copyOf(list.values()));
    }

    @Override
    public Object start() {
        return start;
    }

    @Override
    public boolean joined() {
        return joined;
    }

    @Override
    public List<CPMember> former(Collection<CPMember> all) {
        return all.stream().filter(each -> former.contains(each.getUuid())).toList();
    }

    @Override
    public List<CPMember> inPlaceOfThis(Collection<CPMember> all) {
        return all.stream()
                .filter(each -> each instanceof Fake fake && fake.host.equals("this"))
                .toList();
    }

    @Override
    public boolean othersHere(Collection<CPMember> all) {
        return inPlaceOfThis(all).isEmpty()
                && all.stream().map(CPMember::getUuid).noneMatch(away::contains);
    }

    @Override
    public boolean logLost() {
        return logLost;
    }

    @Override
    public CompletionStage<Boolean> anybodyIsFirst(boolean also) {
        return CompletableFuture.completedFuture(first || (also && firstWaits));
    }

    @Override
    public CompletionStage<Void> promote() {
        asked.add("promote");
        return promotion;
    }

    @Override
    public CompletionStage<Boolean> anybodyWaits() {
        return CompletableFuture.completedFuture(waits);
    }

    @Override
    public boolean mayBeMember(UUID member) {
        return list.containsKey(member);
    }

    @Override
    public CompletionStage<Optional<int[]>> filling(CPMember member) {
        Optional<int[]> answer = filling.get(member.getUuid());
        return answer == null
                ? CompletableFuture.failedFuture(
                        failing.getOrDefault(member.getUuid(), new IllegalStateException("made by the test")))
                : CompletableFuture.completedFuture(answer);
    }

    @Override
    public CompletionStage<Void> takeOff(UUID member) {
        asked.add("take off " + member.getLeastSignificantBits());
        list.remove(member);
        return CompletableFuture.completedFuture(null);
    }
}
