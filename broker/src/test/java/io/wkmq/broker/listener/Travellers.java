package io.wkmq.broker.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.wkmq.broker.loop.EventLoops;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Connections that echo what they receive and move to another event loop every few reads. */
final class Travellers {
    final AtomicInteger moves = new AtomicInteger();
    final Queue<String> problems = new ConcurrentLinkedQueue<>();
    final AtomicInteger added = new AtomicInteger();
    final AtomicInteger inactive = new AtomicInteger();
    private final long seed;

    Travellers(long seed) {
        this.seed = seed;
    }

    ConnectionInitializer on(EventLoops loops) {
        return (channel, endpoint) -> channel.pipeline().addLast(new Traveller(loops, new Random(seed)));
    }

    private final class Traveller extends ChannelInboundHandlerAdapter {
        private final EventLoops loops;
        private final Random random;
        private final Queue<ByteBuf> kept = new ArrayDeque<>();
        private boolean moving;

        Traveller(EventLoops loops, Random random) {
            this.loops = loops;
            this.random = random;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            check(ctx.executor() == ctx.channel().eventLoop(), "the context has the executor of another loop");
            check(ctx.executor().inEventLoop(), "a read on the wrong thread");
            if (moving) {
                kept.add((ByteBuf) message);
            } else {
                var unused = ctx.writeAndFlush(message);
                if (random.nextInt(3) == 0) {
                    move(ctx);
                }
            }
        }

        private void move(ChannelHandlerContext ctx) {
            Channel channel = ctx.channel();
            int target = 1 - loops.indexOf(channel.eventLoop());
            moving = true;
            loops.move(channel, target, () -> {
                check(loops.loop(target).inEventLoop(), "the task runs on the wrong thread");
                check(channel.eventLoop() == loops.loop(target), "the channel is on the wrong loop");
                moves.incrementAndGet();
                moving = false;
                for (ByteBuf each = kept.poll(); each != null; each = kept.poll()) {
                    var unused = ctx.writeAndFlush(each);
                }
            });
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            added.incrementAndGet();
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            inactive.incrementAndGet();
            for (ByteBuf each = kept.poll(); each != null; each = kept.poll()) {
                each.release();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (!(cause instanceof IOException)) {
                problems.add(cause.toString());
            }
            ShutdownReason.IO_ERROR.close(ctx.channel());
        }

        private void check(boolean holds, String otherwise) {
            if (!holds) {
                problems.add(otherwise);
            }
        }
    }
}
