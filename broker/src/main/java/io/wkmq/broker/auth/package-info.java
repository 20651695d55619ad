/** Decides who may connect, publish and subscribe: bans, then the plugins' chains, then the configured defaults. */
@NullMarked
package io.wkmq.broker.auth;

import org.jspecify.annotations.NullMarked;
