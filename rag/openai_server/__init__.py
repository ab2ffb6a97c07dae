"""Any server that speaks OpenAI's routes, such as vLLM, llama.cpp and LM Studio: its chat, what it says of itself, its failures."""
