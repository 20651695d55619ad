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
 * @param mqtt the protocol settings
 * @param topicLimits the limits on the size of topics and filters
 * @param decoderLimits the limits of the decoder
 * @param heldInput the accounting of input that waits to be decoded
 * @param loops the event loops
 * @param sessions the sessions
 * @param channels the channels, for replays
 * @param questions answers to other questions about channels
 * @param split the restrictions while the cluster is split
 * @param access authentication and authorization
 * @param rewrites the topic rewrite rules
 * @param events the plugins' listener for client events
 * @param clock the wall clock
 * @param assignedIds generates client ids for clients without one
 * @param turns the per-loop flush queues and counters
 * @param registry the open connections
 * @param counters refusals and disconnects by reason code
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
