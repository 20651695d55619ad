/**
 * Where other nodes may be met: strategies that look for them, again and again, and the file of those that were met before.
 * Who is really there is for {@code cluster.membership} to say.
 */
@NullMarked
package io.wkmq.cluster.discovery;

import org.jspecify.annotations.NullMarked;
