/**
 * Runs groups of channels on one node: brings operations into a log, applies what is in it, and lets channels be read. Knows not how
 * the log gets to other nodes.
 */
@NullMarked
package io.wkmq.channel.engine;

import org.jspecify.annotations.NullMarked;
