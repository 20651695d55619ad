package io.wkmq.cluster.hazelcast.cp;

import com.hazelcast.cp.CPMember;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/** Those that keep the channels. Thread-safe. */
record ChannelMembers(CpChannels channels) implements CpMembers {
    @Override
    public CompletionStage<Collection<CPMember>> all() {
        return channels.members();
    }

    @Override
    public Object start() {
        return channels.start();
    }

    @Override
    public boolean joined() {
        return channels.member();
    }

    @Override
    public List<CPMember> former(Collection<CPMember> all) {
        return channels.former(all);
    }

    @Override
    public List<CPMember> inPlaceOfThis(Collection<CPMember> all) {
        return channels.inPlaceOfThis(all);
    }

    @Override
    public boolean othersHere(Collection<CPMember> all) {
        return all.stream().allMatch(channels::isAnotherHere);
    }

    @Override
    public boolean logLost() {
        return channels.logLost();
    }

    @Override
    public CompletionStage<Boolean> anybodyIsFirst(boolean waits) {
        return channels.anybodyIsFirst(waits);
    }

    @Override
    public CompletionStage<Void> promote() {
        return channels.promote();
    }

    @Override
    public CompletionStage<Boolean> anybodyWaits() {
        return channels.anybodyWaits();
    }

    @Override
    public boolean mayBeMember(UUID member) {
        return channels.mayBeMember(member);
    }

    @Override
    public CompletionStage<Optional<int[]>> filling(CPMember member) {
        return channels.fillingOf(member);
    }

    @Override
    public CompletionStage<Void> takeOff(UUID member) {
        return channels.takeOff(member);
    }
}
