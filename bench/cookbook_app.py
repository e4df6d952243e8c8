"""A chat in the style of Chainlit's official cookbook, which most people start from: a thought, then an answer.

Its turn is written as in the cookbook, but drops no token between the thought and the answer.
"""

import os
import time

import chainlit as cl
from openai import AsyncOpenAI

client = AsyncOpenAI(base_url=os.environ["VLLM_BASE_URL"], api_key="none")


@cl.on_message
async def on_message(_: cl.Message) -> None:
    start = time.time()
    stream = await client.chat.completions.create(
        model="Alibaba-Apsara/DASD-4B-Thinking",
        messages=[{"role": "system", "content": "You are a helpful assistant."}, *cl.chat_context.to_openai()],
        stream=True,
    )
    answer = cl.Message(content="")
    async with cl.Step(name="Thinking") as thinking:
        async for chunk in stream:
            delta = chunk.choices[0].delta
            if delta.content:
                break
            if reasoning := getattr(delta, "reasoning", None):
                await thinking.stream_token(reasoning)
        thinking.name = f"Thought for {round(time.time() - start)}s"
        await thinking.update()
    await answer.stream_token(delta.content or "")
    async for chunk in stream:
        if content := chunk.choices[0].delta.content:
            await answer.stream_token(content)
    await answer.send()
