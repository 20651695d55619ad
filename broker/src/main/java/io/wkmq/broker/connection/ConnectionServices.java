package io.wkmq.broker.connection;

import io.wkmq.broker.auth.AccessControl;
import io.wkmq.broker.codec.DecoderLimits;
import io.wkmq.broker.codec.HeldInput;
import io.wkmq.broker.config.MqttConfig;
import io.wkmq.broker.loop.EventLoops;
import io.wkmq.channel.engine.NodeChannels;
import io.wkmq.plugins.api.ClientListener;
import io.wkmq.session.Sessions;
import java.time.Clock;

/**
 * What all connections of a node share.
 *
 * @param mqtt what clients may do
 * @param topicLimits how large their topics may be
 * @param decoderLimits what is decoded at all
 * @param heldInput what waits to be decoded
 * @param loops the event loops
 * @param sessions the sessions
 * @param channels what can be replayed to them
 * @param questions what else they can ask of them
 * @param split what they may not do while the cluster is split
 * @param access who may do what
 * @param rewrites which of their topics become others
 * @param events where plugins learn what happens to clients
 * @param clock the time of day
 * @param assignedIds client ids for clients that have none
 * @param turns what each loop has to flush
 * @param registry the connected clients
 * @param counters what went wrong, by reason
 */
record ConnectionServices(
        MqttConfig mqtt,
        TopicLimits topicLimits,
        DecoderLimits decoderLimits,
        HeldInput heldInput,
        EventLoops loops,
        Sessions sessions,
        NodeChannels channels,
        ChannelQuestions questions,
        SplitGuard split,
        AccessControl access,
        TopicRewrites rewrites,
        ClientListener events,
        Clock clock,
        AssignedClientIds assignedIds,
        LoopTurns turns,
        ConnectionRegistry registry,
        ConnectionCounters counters) {}
